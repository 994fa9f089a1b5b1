# A login endpoint. Ruby 3 with WEBrick (`gem install webrick`):
#   GATEPASS_CLIENT_SECRET=... ruby login-endpoint.rb
require 'json'
require 'net/http'
require 'uri'
require 'webrick'

CODE_URL = URI('https://id.example.com/jwt/generateCode')
CLIENT_ID = 'login_00000000000000000000000000000000'
CLIENT_SECRET = ENV.fetch('GATEPASS_CLIENT_SECRET')
LOGIN_PATH = '/login'

# Passed on, these lead back to the page that was asked for, and bind the code to this browser.
PASSED_ON = {
  'RedirectPath' => 'redirectUrl',
  'state' => 'state',
  'code_challenge' => 'codeChallenge',
  'code_challenge_method' => 'codeChallengeMethod'
}.freeze

# Replace this: who is signed in at your application, or nil. As it stands, everybody is Ada.
def current_user(_request)
  {
    'externalId' => '1',
    'username' => 'ada',
    'firstName' => 'Ada',
    'lastName' => 'Lovelace',
    'emailId' => 'ada@example.com',
    'readerGroupIds' => []
  }
end

def generate_code(user, query)
  reader = user.dup
  PASSED_ON.each { |asked, field| reader[field] = query[asked] if query.key?(asked) }
  request = Net::HTTP::Post.new(CODE_URL)
  request.basic_auth(CLIENT_ID, CLIENT_SECRET)
  request.content_type = 'application/json'
  request.body = JSON.generate(reader)
  limits = { use_ssl: CODE_URL.scheme == 'https', open_timeout: 10, read_timeout: 10 }
  Net::HTTP.start(CODE_URL.host, CODE_URL.port, **limits) { |http| http.request(request) }
end

def tell(response, status, sentence)
  response.status = status
  response['Content-Type'] = 'text/plain; charset=utf-8'
  response.body = sentence
end

server = WEBrick::HTTPServer.new(BindAddress: 'localhost', Port: ENV.fetch('PORT', 4000), AccessLog: [])
server.mount_proc '/' do |request, response|
  next tell(response, 404, 'There is nothing here.') if request.request_uri.path != LOGIN_PATH

  user = current_user(request)
  # Show your login page here, and keep the query through it.
  next tell(response, 401, 'Please sign in.') if user.nil?

  begin
    answer = generate_code(user, URI.decode_www_form(request.query_string.to_s).to_h)
    if answer.is_a?(Net::HTTPOK)
      response.status = 302
      response['Location'] = JSON.parse(answer.body)['callbackUrl']
      response['Cache-Control'] = 'no-store'
    else
      server.logger.error("no code: #{answer.code} #{answer.body}")
      tell(response, 502, "Signing in did not work. Trace ID: #{answer['x-trace-id']}")
    end
  rescue SystemCallError, IOError, Timeout::Error, SocketError, OpenSSL::SSL::SSLError, ArgumentError => error
    server.logger.error(error)
    tell(response, 502, 'Signing in did not work.')
  end
end
trap('INT') { server.shutdown }
trap('TERM') { server.shutdown }
server.start
