import type { Words } from './en.ts'

export const es: Words = {
  tag: 'es',
  locale: 'es-ES',

  shared: {
    footer: 'Inicio de sesión con Gatepass',
    traceId: 'ID de seguimiento',
    traceHint: '¿Necesita ayuda? Indique este ID: lleva directamente a lo que ha ocurrido.',
    name: 'Nombre',
    email: 'Correo electrónico',
    groups: 'Grupos de lectura',
    none: 'ninguno',
    signIn: 'Iniciar sesión',
    signOut: 'Cerrar sesión',
    startAgain: 'Empezar de nuevo',
    firstPage: 'Ir a la página de inicio',
  },

  frame: {
    skip: 'Ir al contenido',
    menu: 'Menú',
    pages: 'Páginas',
    signedInUntil: time => `Sesión abierta hasta las ${time}`,
    onThisPage: 'En esta página',
    steps: 'Página anterior y página siguiente',
    previous: 'Anterior',
    next: 'Siguiente',
    lastChanged: day => `Última modificación: ${day}`,
  },

  search: {
    title: 'Búsqueda',
    titleFor: query => `Búsqueda: ${query}`,
    empty:
      'Escriba una o varias palabras en el campo de búsqueda. Aquí aparecerán las páginas que las contengan todas.',
    nothing: query =>
      `Ninguna página a la que usted tenga acceso contiene «${query}». Pruebe con menos palabras o con palabras más cortas.`,
    found: (count, query) => `${count} ${count === 1 ? 'página contiene' : 'páginas contienen'} «${query}».`,
  },

  confirm: {
    title: email => `¿Continuar como ${email}?`,
    lead: site => `Un enlace está a punto de iniciar su sesión en ${site}.`,
    site: 'Base de conocimientos',
    signedInNow: 'Sesión actual',
    why: 'Por qué se le pregunta',
    fine: loginHost =>
      `Este inicio de sesión no empezó en este navegador. Es normal si acaba de llegar desde ${loginHost} y esta es su cuenta.`,
    notFine:
      'Si alguien le ha enviado el enlace, no continúe: leería, y se le vería, con el nombre de otra persona.',
    yes: 'Continuar',
    no: 'No es mi cuenta: iniciar mi propia sesión',
  },

  notMe: {
    title: 'No se ha iniciado ninguna sesión',
    sentence: 'El enlace ya no sirve. Ahora puede iniciar sesión con su propia cuenta.',
  },

  signedIn: {
    title: 'Ha iniciado sesión',
    sentence:
      'Este sitio todavía no tiene páginas. El inicio de sesión funciona y esto es lo que se sabe de usted.',
    until: 'Sesión abierta hasta las',
  },

  chooseProvider: {
    title: site => `Iniciar sesión en ${site}`,
    sentence: 'Elija dónde tiene su cuenta.',
  },

  signedOut: {
    title: 'Ha cerrado la sesión',
    ofSite: site =>
      `Su sesión en ${site} ha terminado en este navegador. Es posible que siga abierta en la aplicación desde la que llegó.`,
    ofAll: 'Su sesión ha terminado, aquí y en todos los sitios a los que daba acceso.',
    signInAgain: 'Volver a iniciar sesión',
  },

  signOut: {
    title: '¿Cerrar sesión?',
    sentence: 'Su sesión terminará aquí y en todos los sitios a los que da acceso.',
  },

  goingOn: {
    signingIn: 'Iniciando la sesión',
    sentence: 'Si esta página no cambia, continúe desde aquí.',
    goOn: 'Continuar',
  },

  login: {
    titleFor: site => `Iniciar sesión en ${site}`,
    name: 'Nombre de usuario o correo electrónico',
    password: 'Contraseña',
    forgot: '¿Ha olvidado la contraseña?',
    problem: 'Todavía no ha iniciado sesión',
    wrong: 'El nombre de usuario o el correo electrónico y la contraseña no se corresponden.',
    empty: 'Escriba su nombre de usuario o correo electrónico y su contraseña.',
    tooMany: minutes =>
      `Ha habido demasiados intentos. Espere ${minutes} ${minutes === 1 ? 'minuto' : 'minutos'} y vuelva a intentarlo.`,
    tooOld:
      'Esta página estuvo abierta demasiado tiempo, o su navegador no guarda cookies. Vuelva a intentarlo.',
    badTarget:
      'La dirección a la que debía continuar no pertenece a ningún sitio conocido aquí. Puede iniciar sesión de todos modos y quedarse aquí.',
    again: 'Se le pregunta otra vez porque el sitio quiere estar seguro de que es usted.',
  },

  newPassword: {
    title: 'Establecer la contraseña',
    lead: account => `Se trata de la cuenta ${account}.`,
    password: 'Contraseña nueva',
    repeated: 'La misma otra vez',
    hint: least => `Al menos ${least} caracteres. Varias palabras son fáciles de recordar.`,
    save: 'Guardar la contraseña',
    problem: 'La contraseña no se ha guardado',
    flaws: {
      short: least => `Necesita al menos ${least} caracteres.`,
      long: 'Puede tener como máximo 256 caracteres.',
      guessable: 'Es fácil de adivinar: poco más que palabras corrientes, su propio nombre o una repetición.',
      different: 'Las dos contraseñas no son iguales.',
      current: 'Esta no es su contraseña.',
    },
    done: 'Su contraseña está establecida. Inicie sesión con ella ahora.',
    deadTitle: 'Este enlace ya no funciona',
    dead: 'Ya se usó, ha caducado o se cortó por el camino. Pida uno nuevo.',
  },

  forgot: {
    title: 'Ha olvidado su contraseña',
    lead: 'Escriba su nombre de usuario o correo electrónico. Si hay una cuenta con una dirección, se envía allí un enlace para establecer una contraseña nueva.',
    send: 'Enviar el enlace',
    sentTitle: 'Mire su correo',
    sent: 'Si existe esa cuenta, un enlace va de camino a su dirección. Funciona una vez, y durante una hora.',
    nothing:
      '¿No llega nada? Mire entre los mensajes no deseados y pregunte a los responsables de este servidor: también pueden darle un enlace.',
    noMail:
      'Este servidor no envía correo. Pida a sus responsables un enlace para establecer una contraseña nueva.',
    back: 'Volver al inicio de sesión',
    subject: 'Establecer una contraseña nueva',
    hello: name => `Hola, ${name}:`,
    asked:
      'Alguien, seguramente usted, ha pedido una contraseña nueva. Este enlace la establece. Funciona una vez, y durante una hora:',
    notYou: '¿No fue usted? Entonces no hay nada que hacer: su contraseña sigue igual.',
  },

  account: {
    title: 'Su cuenta',
    username: 'Nombre de usuario',
    sites: 'Sitios en los que puede entrar',
    noSites: 'Ninguno todavía. Pida a los responsables del sitio que le admitan.',
    changePassword: 'Cambiar la contraseña',
    current: 'Contraseña actual',
    changed: 'La contraseña se ha cambiado. Las demás sesiones han terminado.',
    sessions: 'Dónde tiene la sesión iniciada',
    browser: 'Un navegador',
    onSystem: system => `en ${system}`,
    here: 'Este navegador',
    lastSeen: time => `visto por última vez el ${time}`,
    end: 'Cerrar esa sesión',
    endOthers: 'Cerrar las demás sesiones',
    ended: 'Esa sesión ha terminado, también en todos los sitios que había abierto.',
    endAll: 'Cerrar todas las sesiones',
  },

  forbidden: {
    title: 'No tiene acceso a esta página',
    toEveryone: 'En este momento está cerrada para todo el mundo.',
    oneGroup: group => `al grupo ${group}`,
    oneOfGroups: groups => `a uno de los grupos ${groups}`,
    forReaders: places => `Está reservada a quienes pertenecen ${places.join(' y, además, ')}.`,
    signedInAs: 'Sesión iniciada como',
    yourGroups: 'Sus grupos',
    whomToAsk: site =>
      `Si debería poder leerla, pida a los responsables de ${site} que le añadan a un grupo y, después, vuelva a iniciar sesión.`,
  },

  notFound: {
    title: 'Página no encontrada',
    heading: 'Aquí no hay ninguna página',
    sentence: path =>
      `No hay nada publicado en ${path}. Puede que la página se haya movido o que el enlace contenga una errata.`,
  },

  landing: {
    title: 'Servidor de inicio de sesión',
    heading: 'Este es un servidor de inicio de sesión',
    lead: 'Las páginas de acceso y las bases de conocimientos se comunican con él. Aquí no hay nada que escribir.',
    toRead:
      '¿Busca algo que leer? Abra directamente la base de conocimientos: ella misma se ocupa de iniciar su sesión.',
    forDeveloper: 'Para desarrolladores',
    noProject: 'Todavía no hay ningún proyecto. Esta orden muestra cómo crear uno:',
    sites: 'Bases de conocimientos de este servidor',
  },

  error: {
    whatHappened: 'Qué ha ocurrido probablemente',
    titles: {
      code: 'Código de acceso no válido',
      notFound: 'Página no encontrada',
      closed: 'Acceso cerrado',
      fault: 'No es culpa suya',
      other: 'No ha funcionado',
    },
    sentences: {
      code: 'No se ha podido iniciar su sesión con este enlace.',
      notFound: 'No hay nada en esta dirección.',
      method: 'Esta dirección no se puede abrir de esta manera.',
      closed: 'Esta solicitud no está permitida aquí.',
      switchedOff: 'El inicio de sesión en esta base de conocimientos está desactivado por el momento.',
      otherWay: 'Ahora se inicia sesión en esta base de conocimientos de otra manera.',
      notAdmitted: 'Su cuenta no está admitida aquí. Pida a los responsables de este sitio que le admitan.',
      forged: 'Esta respuesta no procede de la página que hizo la pregunta.',
      sessionOver:
        'Este inicio de sesión ha terminado o ha tardado demasiado. Empiece de nuevo en la aplicación.',
      otherBrowser:
        'Este inicio de sesión empezó en otro navegador, o este no guarda cookies. Empiece de nuevo en la aplicación.',
      clientUnknown: 'Este servidor no conoce la aplicación desde la que ha llegado.',
      redirectNotAllowed:
        'La aplicación quiere recibir la respuesta en una dirección que no está registrada.',
      badRequest:
        'La solicitud de la aplicación no es válida o ha dejado de serlo. Vuelva a la aplicación y empiece de nuevo.',
      notSetUp:
        'El inicio de sesión aún no está configurado para esta base de conocimientos. Consulte a sus responsables.',
      providerFailed:
        'El inicio de sesión en el otro servicio falló o se interrumpió. Empiece de nuevo; si no ayuda, el ID de seguimiento permite encontrar la causa.',
      blocked: 'Se le ha retirado el acceso a esta base de conocimientos. Consulte a sus responsables.',
      twoCookies:
        'El navegador ha enviado dos cookies de sesión. Borre las cookies de este sitio y empiece de nuevo.',
      unreadable: 'No se ha podido entender la solicitud.',
      tooMany: 'Ha habido demasiadas solicitudes en poco tiempo. Espere un minuto y empiece de nuevo.',
      unavailable:
        'En este momento hay algo aquí que no está disponible. No se ha cambiado nada; inténtelo de nuevo en breve.',
      fault:
        'Aquí ha fallado algo. Con el ID de seguimiento, los responsables del servidor pueden encontrar la causa.',
    },
    causes: {
      expired: 'El enlace se abrió demasiado tarde: vale durante un minuto.',
      used: 'El enlace ya se había usado. Cada uno sirve una sola vez; al iniciar sesión de nuevo se crea otro.',
      otherBrowser: 'El inicio de sesión empezó en otro navegador o hace demasiado tiempo.',
      notBegunHere:
        'Para entrar en esta base de conocimientos hay que empezar en la propia base, en este navegador.',
      blocked: 'Se le ha retirado el acceso a esta base de conocimientos. Consulte a sus responsables.',
      switchedOff: 'En este momento no es posible iniciar sesión en esta base de conocimientos.',
      otherWay: 'Entretanto se ha elegido otra forma de iniciar sesión en esta base de conocimientos.',
      renewed:
        'La conexión entre su aplicación y esta base de conocimientos se ha renovado en este mismo minuto.',
      cutOff: 'El enlace se cortó o se modificó por el camino.',
    },
  },
}
