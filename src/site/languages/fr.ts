import type { Words } from './en.ts'

// Before ? ! ; and inside « » stands a narrow no-break space (\u202f), before a colon a no-break space (\u00a0).
export const fr: Words = {
  tag: 'fr',
  locale: 'fr-FR',

  shared: {
    footer: 'Connexion assurée par Gatepass',
    traceId: 'Identifiant de suivi',
    traceHint:
      'Besoin d’aide\u202f? Joignez cet identifiant à votre demande\u00a0: il permet de retrouver aussitôt ce qui s’est passé.',
    name: 'Nom',
    email: 'Adresse e-mail',
    groups: 'Groupes de lecture',
    none: 'aucun',
    signIn: 'Se connecter',
    signOut: 'Se déconnecter',
    startAgain: 'Recommencer',
    firstPage: 'Aller à la page d’accueil',
  },

  frame: {
    skip: 'Aller au contenu',
    menu: 'Menu',
    pages: 'Pages',
    signedInUntil: time => `Session ouverte jusqu’à ${time}`,
    onThisPage: 'Sur cette page',
    steps: 'Page précédente et page suivante',
    previous: 'Précédent',
    next: 'Suivant',
    lastChanged: day => `Dernière modification le ${day}`,
  },

  search: {
    title: 'Recherche',
    titleFor: query => `Recherche\u00a0: ${query}`,
    empty:
      'Saisissez un ou plusieurs mots dans le champ de recherche. Les pages qui les contiennent tous s’afficheront ici.',
    nothing: query =>
      `Aucune page à laquelle vous avez accès ne contient «\u202f${query}\u202f». Essayez avec moins de mots ou des mots plus courts.`,
    found: (count, query) =>
      `${count} ${count === 1 ? 'page contient' : 'pages contiennent'} «\u202f${query}\u202f».`,
  },

  confirm: {
    title: email => `Continuer en tant que ${email}\u202f?`,
    lead: site => `Un lien s’apprête à vous connecter à ${site}.`,
    site: 'Base de connaissances',
    signedInNow: 'Session en cours',
    why: 'Pourquoi cette question',
    fine: loginHost =>
      `Cette connexion n’a pas commencé dans ce navigateur. C’est normal si vous venez de ${loginHost} et qu’il s’agit bien de votre compte.`,
    notFine:
      'Si quelqu’un vous a envoyé ce lien, ne continuez pas\u00a0: vous liriez, et apparaîtriez, sous le nom d’une autre personne.',
    yes: 'Continuer',
    no: 'Ce n’est pas moi\u00a0: me connecter moi-même',
  },

  notMe: {
    title: 'Personne n’a été connecté',
    sentence: 'Ce lien n’est plus valable. Vous pouvez maintenant vous connecter avec votre propre compte.',
  },

  signedIn: {
    title: 'Votre session est ouverte',
    sentence:
      'Ce site n’a pas encore de pages. La connexion fonctionne, et voici les informations reçues à votre sujet.',
    until: 'Session ouverte jusqu’à',
  },

  chooseProvider: {
    title: site => `Se connecter à ${site}`,
    sentence: 'Choisissez où se trouve votre compte.',
  },

  signedOut: {
    title: 'Votre session est fermée',
    ofSite: site =>
      `Votre session sur ${site} est terminée dans ce navigateur. Une session est peut-être encore ouverte dans l’application d’où vous venez.`,
    ofAll: 'Votre session est terminée, ici et sur tous les sites auxquels elle donnait accès.',
    signInAgain: 'Se reconnecter',
  },

  signOut: {
    title: 'Se déconnecter\u202f?',
    sentence: 'Votre session prendra fin ici et sur tous les sites auxquels elle donne accès.',
  },

  goingOn: {
    signingIn: 'Connexion en cours',
    sentence: 'Si cette page reste affichée, poursuivez vous-même.',
    goOn: 'Poursuivre',
  },

  login: {
    titleFor: site => `Se connecter à ${site}`,
    name: 'Nom d’utilisateur ou adresse e-mail',
    password: 'Mot de passe',
    forgot: 'Mot de passe oublié ?',
    problem: 'Vous n’êtes pas encore connecté',
    wrong: 'Le nom d’utilisateur ou l’adresse e-mail et le mot de passe ne vont pas ensemble.',
    empty: 'Saisissez votre nom d’utilisateur ou votre adresse e-mail, et votre mot de passe.',
    tooMany: minutes =>
      `Il y a eu trop de tentatives. Attendez ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, puis réessayez.`,
    tooOld:
      'Cette page est restée ouverte trop longtemps, ou votre navigateur ne garde pas les cookies. Réessayez.',
    badTarget:
      'L’adresse vers laquelle vous deviez être conduit n’appartient à aucun site connu ici. Vous pouvez tout de même vous connecter, et rester ici.',
    again: 'La question est posée à nouveau, car le site veut être sûr que c’est bien vous.',
  },

  newPassword: {
    title: 'Définir votre mot de passe',
    lead: account => `Il s’agit du compte ${account}.`,
    password: 'Nouveau mot de passe',
    repeated: 'Le même encore une fois',
    hint: least => `Au moins ${least} caractères. Plusieurs mots se retiennent facilement.`,
    save: 'Enregistrer le mot de passe',
    problem: 'Le mot de passe n’a pas été enregistré',
    flaws: {
      short: least => `Il faut au moins ${least} caractères.`,
      long: 'Il peut avoir 256 caractères au plus.',
      guessable:
        'Il est facile à deviner : guère plus que des mots courants, votre propre nom ou une répétition.',
      different: 'Les deux mots de passe ne sont pas identiques.',
      current: 'Ce n’est pas votre mot de passe.',
    },
    done: 'Votre mot de passe est défini. Utilisez-le maintenant pour vous connecter.',
    deadTitle: 'Ce lien ne fonctionne plus',
    dead: 'Il a déjà servi, a expiré ou a été coupé en chemin. Demandez-en un nouveau.',
  },

  forgot: {
    title: 'Vous avez oublié votre mot de passe ?',
    lead: 'Saisissez votre nom d’utilisateur ou votre adresse e-mail. S’il existe un compte avec une adresse, un lien pour définir un nouveau mot de passe y est envoyé.',
    send: 'Envoyer le lien',
    sentTitle: 'Consultez votre messagerie',
    sent: 'S’il existe un tel compte, un lien est en route vers son adresse. Il fonctionne une fois, pendant une heure.',
    nothing:
      'Rien n’arrive ? Regardez parmi les messages indésirables, et adressez-vous aux responsables de ce serveur : ils peuvent aussi vous donner un lien.',
    noMail:
      'Ce serveur n’envoie pas de courrier. Demandez à ses responsables un lien pour définir un nouveau mot de passe.',
    back: 'Retour à la connexion',
    subject: 'Définir un nouveau mot de passe',
    hello: name => `Bonjour ${name},`,
    asked:
      'Quelqu’un, sans doute vous, a demandé un nouveau mot de passe. Ce lien permet d’en définir un. Il fonctionne une fois, pendant une heure :',
    notYou: 'Ce n’était pas vous ? Alors il n’y a rien à faire : votre mot de passe reste tel qu’il est.',
  },

  account: {
    title: 'Votre compte',
    username: 'Nom d’utilisateur',
    sites: 'Sites auxquels vous avez accès',
    noSites: 'Aucun pour l’instant. Demandez aux responsables du site de vous y admettre.',
    changePassword: 'Changer le mot de passe',
    current: 'Mot de passe actuel',
    changed: 'Le mot de passe a été changé. Toutes les autres connexions sont terminées.',
    sessions: 'Où vous êtes connecté',
    browser: 'Un navigateur',
    onSystem: system => `sous ${system}`,
    here: 'Ce navigateur',
    lastSeen: time => `vu pour la dernière fois le ${time}`,
    end: 'Déconnecter là-bas',
    endOthers: 'Déconnecter partout ailleurs',
    ended: 'Cette connexion est terminée, y compris sur tous les sites qu’elle avait ouverts.',
    endAll: 'Déconnecter partout',
  },

  forbidden: {
    title: 'Vous n’avez pas accès à cette page',
    toEveryone: 'Elle est fermée à tout le monde pour le moment.',
    oneGroup: group => `au groupe ${group}`,
    oneOfGroups: groups => `à l’un des groupes ${groups}`,
    forReaders: places => `Elle est réservée aux personnes qui appartiennent ${places.join(' et aussi ')}.`,
    signedInAs: 'Connexion en tant que',
    yourGroups: 'Vos groupes',
    whomToAsk: site =>
      `Si vous devriez pouvoir la lire, demandez aux responsables de ${site} de vous ajouter à un groupe, puis reconnectez-vous.`,
  },

  notFound: {
    title: 'Page introuvable',
    heading: 'Il n’y a pas de page ici',
    sentence: path =>
      `Rien n’est publié à l’adresse ${path}. La page a peut-être été déplacée, ou le lien contient une faute de frappe.`,
  },

  landing: {
    title: 'Serveur de connexion',
    heading: 'Ceci est un serveur de connexion',
    lead: 'Des pages de connexion et des bases de connaissances communiquent avec lui. Il n’y a rien à saisir ici.',
    toRead:
      'Vous cherchez de la lecture\u202f? Ouvrez directement la base de connaissances\u00a0: elle se charge de la connexion.',
    forDeveloper: 'Pour les développeurs',
    noProject: 'Il n’y a pas encore de projet. Cette commande montre comment en créer un\u00a0:',
    sites: 'Bases de connaissances de ce serveur',
  },

  error: {
    whatHappened: 'Ce qui s’est sans doute passé',
    titles: {
      code: 'Code de connexion non valide',
      notFound: 'Page introuvable',
      closed: 'Accès fermé',
      fault: 'Vous n’y êtes pour rien',
      other: 'Cela n’a pas fonctionné',
    },
    sentences: {
      code: 'Ce lien n’a pas permis de vous connecter.',
      notFound: 'Il n’y a rien à cette adresse.',
      method: 'Cette adresse ne peut pas être ouverte de cette façon.',
      closed: 'Cette demande n’est pas autorisée ici.',
      switchedOff: 'La connexion à cette base de connaissances est désactivée pour le moment.',
      otherWay: 'La connexion à cette base de connaissances se fait désormais d’une autre manière.',
      notAdmitted:
        'Votre compte n’est pas admis ici. Demandez aux responsables de ce site de vous y admettre.',
      forged: 'Cette réponse ne vient pas de la page qui a posé la question.',
      sessionOver: 'Cette connexion est terminée ou a pris trop de temps. Recommencez depuis l’application.',
      otherBrowser:
        'Cette connexion a commencé dans un autre navigateur, ou celui-ci n’enregistre pas les cookies. Recommencez depuis l’application.',
      clientUnknown: 'L’application d’où vous venez n’est pas connue de ce serveur.',
      redirectNotAllowed: 'L’application demande une réponse à une adresse qui n’est pas enregistrée.',
      badRequest:
        'La demande de l’application n’est pas valable, ou ne l’est plus. Revenez à l’application et recommencez.',
      notSetUp:
        'La connexion n’est pas encore configurée pour cette base de connaissances. Adressez-vous à ses responsables.',
      providerFailed:
        'La connexion auprès de l’autre service a échoué ou a été interrompue. Recommencez ; si cela ne suffit pas, l’identifiant de trace permet d’en trouver la cause.',
      blocked: 'Votre accès à cette base de connaissances a été retiré. Adressez-vous à ses responsables.',
      twoCookies:
        'Le navigateur a envoyé deux cookies de session. Supprimez les cookies de ce site et recommencez.',
      unreadable: 'La demande n’a pas pu être comprise.',
      tooMany: 'Il y a eu trop de demandes en peu de temps. Attendez une minute, puis recommencez.',
      unavailable:
        'Quelque chose n’est pas joignable ici pour le moment. Rien n’a été modifié\u202f; réessayez dans un instant.',
      fault:
        'Une erreur s’est produite ici. L’identifiant de suivi permet aux responsables du serveur d’en retrouver la cause.',
    },
    causes: {
      expired: 'Le lien a été ouvert trop tard\u00a0: il est valable une minute.',
      used: 'Le lien a déjà été utilisé. Chaque lien ne sert qu’une fois\u202f; une nouvelle connexion en crée un autre.',
      otherBrowser: 'La connexion a commencé dans un autre navigateur ou il y a trop longtemps.',
      notBegunHere:
        'Une connexion à cette base de connaissances doit commencer sur la base elle-même, dans ce navigateur.',
      blocked: 'Votre accès à cette base de connaissances a été retiré. Adressez-vous à ses responsables.',
      switchedOff: 'Il n’est pas possible de se connecter à cette base de connaissances en ce moment.',
      otherWay: 'Un autre mode de connexion a été choisi entre-temps pour cette base de connaissances.',
      renewed:
        'La liaison entre votre application et cette base de connaissances vient d’être renouvelée, à cette minute même.',
      cutOff: 'Le lien a été coupé ou modifié en chemin.',
    },
  },
}
