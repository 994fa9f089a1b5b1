// Every sentence that readers see on pages of ours, in English. The other languages have the same ones: the type sees
// to it. Sentences are plain text without markup. What a function is given may be HTML that the page has escaped.

export const en = {
  /** For `lang` and Content-Language (RFC 5646). */
  tag: 'en',
  /** For dates and lists. */
  locale: 'en-GB',

  shared: {
    footer: 'Sign-in by Gatepass',
    traceId: 'Trace ID',
    traceHint: 'Asking for help? Send this ID along: it leads straight to what happened.',
    name: 'Name',
    email: 'E-mail',
    groups: 'Reader groups',
    none: 'none',
    signIn: 'Sign in',
    signOut: 'Sign out',
    startAgain: 'Start again',
    firstPage: 'Go to the first page',
  },

  frame: {
    skip: 'Skip to the content',
    menu: 'Menu',
    pages: 'Pages',
    signedInUntil: (time: string) => `Signed in until ${time}`,
    onThisPage: 'On this page',
    steps: 'Previous and next page',
    previous: 'Previous',
    next: 'Next',
    lastChanged: (day: string) => `Last changed on ${day}`,
  },

  search: {
    title: 'Search',
    titleFor: (query: string) => `Search: ${query}`,
    empty: 'Type one or more words into the search field. Pages that contain all of them are listed here.',
    nothing: (query: string) =>
      `No page that you can open contains “${query}”. Fewer or shorter words find more.`,
    found: (count: number, query: string) =>
      `${count} ${count === 1 ? 'page contains' : 'pages contain'} “${query}”.`,
  },

  confirm: {
    title: (email: string) => `Continue as ${email}?`,
    lead: (site: string) => `A link is about to sign you in to ${site}.`,
    site: 'Knowledge base',
    signedInNow: 'Signed in now',
    why: 'Why you are asked',
    fine: (loginHost: string) =>
      `This sign-in did not begin in this browser. That is fine if you have just come from ${loginHost} and this is you.`,
    notFine:
      'If somebody sent you the link, do not continue: you would be reading, and be seen, as somebody else.',
    yes: 'Continue',
    no: 'Not me: sign in myself',
  },

  notMe: {
    title: 'Nobody was signed in',
    sentence: 'The link is worth nothing any more. Next you can sign in yourself.',
  },

  signedIn: {
    title: 'You are signed in',
    sentence: 'This site has no pages yet. Sign-in works, and this is what it knows about you.',
    until: 'Signed in until',
  },

  chooseProvider: {
    title: (site: string) => `Sign in to ${site}`,
    sentence: 'Choose where you have your account.',
  },

  signedOut: {
    title: 'You are signed out',
    ofSite: (site: string) =>
      `Your session on ${site} has ended in this browser. You may still be signed in to the application that you came from.`,
    ofAll: 'Your sign-in here has ended, and on every site that it opened.',
    signInAgain: 'Sign in again',
  },

  signOut: {
    title: 'Sign out?',
    sentence: 'This ends your sign-in here, and on every site that it opened.',
  },

  goingOn: {
    signingIn: 'Signing you in',
    sentence: 'If this page stays, go on yourself.',
    goOn: 'Go on',
  },

  login: {
    titleFor: (site: string) => `Sign in to ${site}`,
    name: 'User name or e-mail address',
    password: 'Password',
    forgot: 'Forgot your password?',
    problem: 'You are not signed in yet',
    wrong: 'The user name or e-mail address and the password do not belong together.',
    empty: 'Type your user name or e-mail address, and your password.',
    tooMany: (minutes: number) =>
      `There were too many attempts. Wait ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, then try again.`,
    tooOld: 'This page was open for too long, or your browser keeps no cookies. Try again.',
    badTarget:
      'The address that you were to be led on to belongs to no site that is known here. You can sign in all the same, and stay here.',
    again: 'You are asked again, because the site wants to be sure that it is you.',
  },

  newPassword: {
    title: 'Set your password',
    lead: (account: string) => `This is the account ${account}.`,
    password: 'New password',
    repeated: 'The same once more',
    hint: (least: number) => `At least ${least} characters. Several words are easy to remember.`,
    save: 'Save the password',
    problem: 'The password was not saved',
    flaws: {
      short: (least: number) => `It needs at least ${least} characters.`,
      long: 'It may have at most 256 characters.',
      guessable: 'It is easy to guess: little more than common words, your own name or a repetition.',
      different: 'The two passwords are not the same.',
      current: 'This is not your password.',
    },
    done: 'Your password is set. Sign in with it now.',
    deadTitle: 'This link does not work any more',
    dead: 'It was used before, has expired, or was cut off on its way. Ask for a new one.',
  },

  forgot: {
    title: 'Forgotten your password?',
    lead: 'Type your user name or e-mail address. If there is an account with an address for it, a link to set a new password is sent there.',
    send: 'Send the link',
    sentTitle: 'Look at your e-mail',
    sent: 'If there is such an account, a link is on its way to its address. It works once, and for one hour.',
    nothing:
      'Nothing arrives? Look among unwanted messages, and ask whoever looks after this server: they can give you a link, too.',
    noMail: 'This server sends no mail. Ask whoever looks after it for a link to set a new password.',
    back: 'Back to signing in',
    subject: 'Set a new password',
    hello: (name: string) => `Hello ${name},`,
    asked:
      'Somebody, most likely you, has asked for a new password. This link sets one. It works once, and for one hour:',
    notYou: 'It was not you? Then there is nothing to do: your password stays as it is.',
  },

  account: {
    title: 'Your account',
    username: 'User name',
    sites: 'Sites that you may enter',
    noSites: 'None yet. Ask whoever looks after the site to let you in.',
    changePassword: 'Change the password',
    current: 'Present password',
    changed: 'The password was changed. All other sign-ins have ended.',
    sessions: 'Where you are signed in',
    browser: 'A browser',
    onSystem: (system: string) => `on ${system}`,
    here: 'This browser',
    lastSeen: (time: string) => `last seen on ${time}`,
    end: 'Sign out there',
    endOthers: 'Sign out everywhere else',
    ended: 'That sign-in has ended, and on every site that it opened.',
    endAll: 'Sign out everywhere',
  },

  forbidden: {
    title: 'This page is not open to you',
    toEveryone: 'It is closed to everyone at the moment.',
    oneGroup: (group: string) => `the group ${group}`,
    oneOfGroups: (groups: string) => `one of the groups ${groups}`,
    forReaders: (places: readonly string[]) => `It is for readers in ${places.join(', who are also in ')}.`,
    signedInAs: 'Signed in as',
    yourGroups: 'Your groups',
    whomToAsk: (site: string) =>
      `If you should be able to read it, ask whoever looks after ${site} to add you to a group, then sign in again.`,
  },

  notFound: {
    title: 'Page not found',
    heading: 'There is no page here',
    sentence: (path: string) =>
      `Nothing is published at ${path}. It may have moved, or the link may have a typing mistake in it.`,
  },

  landing: {
    title: 'Sign-in server',
    heading: 'This is a sign-in server',
    lead: 'Login pages and knowledge bases talk to it. There is nothing here to type in.',
    toRead: 'You came for something to read? Open the knowledge base itself: it signs you in on its own.',
    forDeveloper: 'For its developer',
    noProject: 'There is no project yet. This shows how to make one:',
    sites: 'Knowledge bases here',
  },

  error: {
    whatHappened: 'What probably happened',
    titles: {
      code: 'Invalid authentication code',
      notFound: 'Page not found',
      closed: 'This is closed',
      fault: 'Not your fault',
      other: 'That did not work',
    },
    sentences: {
      code: 'You could not be signed in with this link.',
      notFound: 'There is nothing at this address.',
      method: 'This address cannot be opened like this.',
      closed: 'What was asked for is not allowed here.',
      switchedOff: 'Sign-in is switched off for this knowledge base at the moment.',
      otherWay: 'This knowledge base signs readers in another way by now.',
      notAdmitted: 'Your account is not admitted here. Ask whoever looks after this site to let you in.',
      forged: 'This answer did not come from the page that asked.',
      sessionOver: 'This sign-in is over or took too long. Start again at the application.',
      otherBrowser:
        'This sign-in was begun in another browser, or this one keeps no cookies. Start again at the application.',
      clientUnknown: 'The application that sent you here is not known to this server.',
      redirectNotAllowed: 'The application wants its answer at an address that is not registered.',
      badRequest:
        'The request of the application is not valid, or not any more. Go back to the application and start again.',
      notSetUp: 'Signing in is not set up for this knowledge base yet. Ask whoever looks after it.',
      providerFailed:
        'Signing in at the other service did not work, or was broken off. Start again; if that does not help, whoever looks after this knowledge base finds the cause by the trace ID.',
      blocked: 'Your access to this knowledge base was taken back. Ask whoever looks after it.',
      twoCookies: 'The browser sent two session cookies. Delete the cookies of this site and start again.',
      unreadable: 'The request could not be understood.',
      tooMany: 'There were too many requests in a short time. Wait a minute, then start again.',
      unavailable: 'Something here cannot be reached at the moment. Nothing was changed; try again shortly.',
      fault: 'Something went wrong here. Whoever looks after this server finds it by the trace ID.',
    },
    causes: {
      expired: 'The link was opened too late: it is good for one minute.',
      used: 'The link was used before. Each one works once; signing in again makes a new one.',
      otherBrowser: 'The sign-in was begun in another browser or too long ago.',
      notBegunHere:
        'A sign-in to this knowledge base has to begin at the knowledge base itself, in this browser.',
      blocked: 'Your access to this knowledge base was taken back. Ask whoever looks after it.',
      switchedOff: 'Sign-in to this knowledge base is switched off at the moment.',
      otherWay: 'Another way of signing in was chosen for this knowledge base in the meantime.',
      renewed:
        'The connection between your application and this knowledge base was renewed in this very minute.',
      cutOff: 'The link was cut off or changed on its way.',
    },
  },
}

/** The sentences of one language. */
export type Words = typeof en
