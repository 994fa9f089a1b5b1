// Adds to pages that are whole without it: a copy button beside every value to take along.
for (const value of document.querySelectorAll('[data-copy]')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'button button-quiet button-small copy-button'
  button.textContent = 'Copy'
  const label = value.previousElementSibling?.textContent
  if (label) button.setAttribute('aria-label', `Copy ${label}`)
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(value.textContent)
      button.textContent = 'Copied'
    } catch {
      // No clipboard without TLS or permission: select it, and the keyboard does the rest.
      getSelection()?.selectAllChildren(value)
      button.textContent = 'Press Ctrl+C'
    }
    setTimeout(() => {
      button.textContent = 'Copy'
    }, 2000)
  })
  value.after(button)
}

// A colour that is picked is written into the field beside it, and one that is typed is shown by the picker.
for (const picker of document.querySelectorAll('input[type="color"][data-writes]')) {
  const field = document.getElementById(picker.dataset.writes)
  picker.addEventListener('input', () => {
    field.value = picker.value
  })
  field.addEventListener('input', () => {
    const typed = field.value.trim().toLowerCase()
    picker.value = /^#[0-9a-f]{6}$/.test(typed) ? typed : picker.defaultValue
  })
}
