// The page has two faces: the list of documents at /, and a document at /d/<name>.

import './app.css'
import { showDocument } from './document_page.js'
import { nameFromPath } from './document_name.js'
import { showList } from './list_page.js'
import { applyTheme } from './theme.js'

applyTheme()

document.addEventListener('DOMContentLoaded', () => {
  const name = nameFromPath(location.pathname)
  if (name) showDocument(document.body, name)
  else showList(document.body)
})
