import type { Words } from './en.ts'

export const de: Words = {
  tag: 'de',
  locale: 'de-DE',

  shared: {
    footer: 'Anmeldung mit Gatepass',
    traceId: 'Vorgangs-ID',
    traceHint: 'Sie brauchen Hilfe? Geben Sie diese ID an: Sie führt direkt zu dem, was passiert ist.',
    name: 'Name',
    email: 'E-Mail',
    groups: 'Lesergruppen',
    none: 'keine',
    signIn: 'Anmelden',
    signOut: 'Abmelden',
    startAgain: 'Neu beginnen',
    firstPage: 'Zur Startseite',
  },

  frame: {
    skip: 'Zum Inhalt springen',
    menu: 'Menü',
    pages: 'Seiten',
    signedInUntil: time => `Angemeldet bis ${time}`,
    onThisPage: 'Auf dieser Seite',
    steps: 'Vorherige und nächste Seite',
    previous: 'Zurück',
    next: 'Weiter',
    lastChanged: day => `Zuletzt geändert am ${day}`,
  },

  search: {
    title: 'Suche',
    titleFor: query => `Suche: ${query}`,
    empty:
      'Geben Sie ein oder mehrere Wörter in das Suchfeld ein. Hier erscheinen die Seiten, die alle Wörter enthalten.',
    nothing: query =>
      `Keine Seite, die Sie öffnen können, enthält „${query}“. Mit weniger oder kürzeren Wörtern finden Sie mehr.`,
    found: (count, query) => `${count} ${count === 1 ? 'Seite enthält' : 'Seiten enthalten'} „${query}“.`,
  },

  confirm: {
    title: email => `Als ${email} fortfahren?`,
    lead: site => `Ein Link möchte Sie bei ${site} anmelden.`,
    site: 'Wissensdatenbank',
    signedInNow: 'Derzeit angemeldet',
    why: 'Warum Sie gefragt werden',
    fine: loginHost =>
      `Diese Anmeldung hat nicht in diesem Browser begonnen. Das ist in Ordnung, wenn Sie gerade von ${loginHost} kommen und dies Ihr Konto ist.`,
    notFine:
      'Wenn Ihnen jemand den Link geschickt hat, fahren Sie nicht fort: Sie würden unter fremdem Namen lesen und gesehen werden.',
    yes: 'Fortfahren',
    no: 'Nicht mein Konto: selbst anmelden',
  },

  notMe: {
    title: 'Es wurde niemand angemeldet',
    sentence: 'Der Link ist nun wertlos. Als Nächstes können Sie sich selbst anmelden.',
  },

  signedIn: {
    title: 'Sie sind angemeldet',
    sentence: 'Hier gibt es noch keine Seiten. Die Anmeldung funktioniert, und dies ist über Sie bekannt.',
    until: 'Angemeldet bis',
  },

  chooseProvider: {
    title: site => `Bei ${site} anmelden`,
    sentence: 'Wählen Sie aus, wo Sie Ihr Konto haben.',
  },

  signedOut: {
    title: 'Sie sind abgemeldet',
    ofSite: site =>
      `Ihre Sitzung bei ${site} ist in diesem Browser beendet. In der Anwendung, aus der Sie gekommen sind, sind Sie möglicherweise noch angemeldet.`,
    ofAll: 'Ihre Anmeldung ist beendet, hier und auf allen Websites, die durch sie geöffnet wurden.',
    signInAgain: 'Wieder anmelden',
  },

  signOut: {
    title: 'Abmelden?',
    sentence: 'Damit endet Ihre Anmeldung, hier und auf allen Websites, die durch sie geöffnet wurden.',
  },

  goingOn: {
    signingIn: 'Sie werden angemeldet',
    sentence: 'Falls diese Seite stehen bleibt, gehen Sie bitte selbst weiter.',
    goOn: 'Weiter',
  },

  login: {
    titleFor: site => `Anmelden bei ${site}`,
    name: 'Benutzername oder E-Mail-Adresse',
    password: 'Passwort',
    forgot: 'Passwort vergessen?',
    problem: 'Sie sind noch nicht angemeldet',
    wrong: 'Benutzername oder E-Mail-Adresse und Passwort gehören nicht zusammen.',
    empty: 'Geben Sie Benutzernamen oder E-Mail-Adresse und Ihr Passwort ein.',
    tooMany: minutes =>
      `Es waren zu viele Versuche. Warten Sie ${minutes} ${minutes === 1 ? 'Minute' : 'Minuten'}, und versuchen Sie es dann noch einmal.`,
    tooOld:
      'Diese Seite war zu lange offen, oder Ihr Browser speichert keine Cookies. Versuchen Sie es noch einmal.',
    badTarget:
      'Die Adresse, zu der es danach gehen sollte, gehört zu keiner hier bekannten Website. Sie können sich trotzdem anmelden und bleiben dann hier.',
    again: 'Sie werden noch einmal gefragt, weil die Website sicher sein möchte, dass Sie es sind.',
  },

  newPassword: {
    title: 'Passwort festlegen',
    lead: account => `Es geht um das Konto ${account}.`,
    password: 'Neues Passwort',
    repeated: 'Noch einmal dasselbe',
    hint: least => `Mindestens ${least} Zeichen. Mehrere Wörter kann man sich gut merken.`,
    save: 'Passwort speichern',
    problem: 'Das Passwort wurde nicht gespeichert',
    flaws: {
      short: least => `Es braucht mindestens ${least} Zeichen.`,
      long: 'Es darf höchstens 256 Zeichen haben.',
      guessable:
        'Es ist leicht zu erraten: kaum mehr als gängige Wörter, der eigene Name oder eine Wiederholung.',
      different: 'Die beiden Passwörter sind nicht gleich.',
      current: 'Das ist nicht Ihr Passwort.',
    },
    done: 'Ihr Passwort ist festgelegt. Melden Sie sich nun damit an.',
    deadTitle: 'Dieser Link gilt nicht mehr',
    dead: 'Er wurde schon benutzt, ist abgelaufen oder wurde unterwegs abgeschnitten. Lassen Sie sich einen neuen geben.',
  },

  forgot: {
    title: 'Haben Sie Ihr Passwort vergessen?',
    lead: 'Geben Sie Benutzernamen oder E-Mail-Adresse ein. Gibt es dazu ein Konto mit einer Adresse, so geht ein Link dorthin, mit dem Sie ein neues Passwort festlegen.',
    send: 'Link zusenden',
    sentTitle: 'Sehen Sie in Ihre E-Mail',
    sent: 'Wenn es ein solches Konto gibt, ist ein Link an dessen Adresse unterwegs. Er gilt einmal und eine Stunde lang.',
    nothing:
      'Es kommt nichts an? Sehen Sie bei den unerwünschten Nachrichten nach, und wenden Sie sich an die Zuständigen: Auch sie können Ihnen einen Link geben.',
    noMail:
      'Dieser Server verschickt keine E-Mail. Bitten Sie die Zuständigen um einen Link, mit dem Sie ein neues Passwort festlegen.',
    back: 'Zurück zur Anmeldung',
    subject: 'Neues Passwort festlegen',
    hello: name => `Guten Tag ${name},`,
    asked:
      'Jemand, wahrscheinlich Sie selbst, möchte ein neues Passwort. Dieser Link legt eines fest. Er gilt einmal und eine Stunde lang:',
    notYou: 'Sie waren es nicht? Dann ist nichts zu tun: Ihr Passwort bleibt, wie es ist.',
  },

  account: {
    title: 'Ihr Konto',
    username: 'Benutzername',
    sites: 'Websites, die Sie betreten dürfen',
    noSites: 'Noch keine. Bitten Sie die Zuständigen der Website, Sie aufzunehmen.',
    changePassword: 'Passwort ändern',
    current: 'Derzeitiges Passwort',
    changed: 'Das Passwort wurde geändert. Alle anderen Anmeldungen sind beendet.',
    sessions: 'Wo Sie angemeldet sind',
    browser: 'Ein Browser',
    onSystem: system => `unter ${system}`,
    here: 'Dieser Browser',
    lastSeen: time => `zuletzt gesehen am ${time}`,
    end: 'Dort abmelden',
    endOthers: 'Überall sonst abmelden',
    ended: 'Diese Anmeldung ist beendet, auch auf allen Websites, die durch sie geöffnet wurden.',
    endAll: 'Überall abmelden',
  },

  forbidden: {
    title: 'Diese Seite ist für Sie nicht freigegeben',
    toEveryone: 'Sie ist zurzeit für alle gesperrt.',
    oneGroup: group => `zur Gruppe ${group}`,
    oneOfGroups: groups => `zu einer der Gruppen ${groups}`,
    forReaders: places => `Sie ist für alle bestimmt, die ${places.join(' und außerdem ')} gehören.`,
    signedInAs: 'Angemeldet als',
    yourGroups: 'Ihre Gruppen',
    whomToAsk: site =>
      `Wenn Sie die Seite lesen sollten, bitten Sie die Zuständigen für ${site}, Sie in eine Gruppe aufzunehmen, und melden Sie sich dann neu an.`,
  },

  notFound: {
    title: 'Seite nicht gefunden',
    heading: 'Hier ist keine Seite',
    sentence: path =>
      `Unter ${path} ist nichts veröffentlicht. Vielleicht wurde die Seite verschoben, oder der Link enthält einen Tippfehler.`,
  },

  landing: {
    title: 'Anmeldeserver',
    heading: 'Dies ist ein Anmeldeserver',
    lead: 'Anmeldeseiten und Wissensdatenbanken sprechen mit ihm. Hier gibt es nichts einzugeben.',
    toRead:
      'Sie möchten etwas lesen? Öffnen Sie die Wissensdatenbank selbst: Sie meldet Sie von sich aus an.',
    forDeveloper: 'Für Entwicklerinnen und Entwickler',
    noProject: 'Es gibt noch kein Projekt. Dieser Befehl zeigt, wie man eines anlegt:',
    sites: 'Wissensdatenbanken hier',
  },

  error: {
    whatHappened: 'Was wahrscheinlich passiert ist',
    titles: {
      code: 'Ungültiger Anmeldecode',
      notFound: 'Seite nicht gefunden',
      closed: 'Kein Zugang',
      fault: 'Es liegt nicht an Ihnen',
      other: 'Das hat nicht geklappt',
    },
    sentences: {
      code: 'Mit diesem Link konnten Sie nicht angemeldet werden.',
      notFound: 'Unter dieser Adresse gibt es nichts.',
      method: 'Diese Adresse lässt sich so nicht öffnen.',
      closed: 'Diese Anfrage ist hier nicht erlaubt.',
      switchedOff: 'Die Anmeldung bei dieser Wissensdatenbank ist zurzeit ausgeschaltet.',
      otherWay: 'Bei dieser Wissensdatenbank meldet man sich inzwischen auf einem anderen Weg an.',
      notAdmitted: 'Ihr Konto ist hier nicht zugelassen. Bitten Sie die Zuständigen, Sie aufzunehmen.',
      forged: 'Diese Antwort kam nicht von der Seite, die gefragt hat.',
      sessionOver:
        'Diese Anmeldung ist vorbei oder hat zu lange gedauert. Beginnen Sie in der Anwendung noch einmal.',
      otherBrowser:
        'Diese Anmeldung wurde in einem anderen Browser begonnen, oder dieser Browser speichert keine Cookies. Beginnen Sie in der Anwendung noch einmal.',
      clientUnknown: 'Die Anwendung, von der Sie kommen, ist diesem Server nicht bekannt.',
      redirectNotAllowed:
        'Die Anwendung möchte ihre Antwort an eine Adresse erhalten, die nicht eingetragen ist.',
      badRequest:
        'Die Anfrage der Anwendung ist nicht oder nicht mehr gültig. Gehen Sie zur Anwendung zurück und beginnen Sie noch einmal.',
      notSetUp:
        'Die Anmeldung ist für diese Wissensdatenbank noch nicht eingerichtet. Wenden Sie sich an die zuständige Stelle.',
      providerFailed:
        'Die Anmeldung beim anderen Dienst hat nicht geklappt oder wurde abgebrochen. Beginnen Sie von vorn; hilft das nicht, lässt sich die Ursache über die Trace-ID finden.',
      blocked:
        'Ihr Zugang zu dieser Wissensdatenbank wurde zurückgenommen. Wenden Sie sich an die zuständige Stelle.',
      twoCookies:
        'Der Browser hat zwei Sitzungs-Cookies gesendet. Löschen Sie die Cookies dieser Website und beginnen Sie noch einmal.',
      unreadable: 'Die Anfrage war nicht zu verstehen.',
      tooMany:
        'Es kamen zu viele Anfragen in kurzer Zeit. Warten Sie eine Minute und beginnen Sie dann noch einmal.',
      unavailable:
        'Hier ist im Moment etwas nicht erreichbar. Es wurde nichts geändert; versuchen Sie es gleich noch einmal.',
      fault:
        'Hier ist etwas schiefgegangen. Mit der Vorgangs-ID lässt sich die Ursache auf dem Server finden.',
    },
    causes: {
      expired: 'Der Link wurde zu spät geöffnet: Er gilt eine Minute lang.',
      used: 'Der Link wurde schon benutzt. Jeder gilt nur einmal; bei einer neuen Anmeldung entsteht ein neuer.',
      otherBrowser: 'Die Anmeldung wurde in einem anderen Browser oder vor zu langer Zeit begonnen.',
      notBegunHere:
        'Eine Anmeldung bei dieser Wissensdatenbank muss dort selbst beginnen, und zwar in diesem Browser.',
      blocked:
        'Ihr Zugang zu dieser Wissensdatenbank wurde gesperrt. Wenden Sie sich an die dafür Zuständigen.',
      switchedOff: 'Die Anmeldung bei dieser Wissensdatenbank ist im Augenblick nicht möglich.',
      otherWay: 'Für diese Wissensdatenbank wurde in der Zwischenzeit ein anderer Anmeldeweg gewählt.',
      renewed:
        'Die Verbindung zwischen Ihrer Anwendung und dieser Wissensdatenbank wurde genau in dieser Minute erneuert.',
      cutOff: 'Der Link wurde unterwegs abgeschnitten oder verändert.',
    },
  },
}
