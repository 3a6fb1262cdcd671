// Building elements: el('button', { class: 'primary', 'aria-label': 'New', onclick }, 'New document').

/**
 * An element with its attributes, listeners (`on…`) and children. A boolean attribute is set or left out; children
 * that are null, undefined or false are left out, strings become text (never markup).
 */
export function el (tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== false && value != null) element.setAttribute(name, value)
  }
  element.append(...children.flat(Infinity).filter(child => child != null && child !== false))
  return element
}

const svgNamespace = 'http://www.w3.org/2000/svg'

const strokes = {
  plus: 'M12 5v14M5 12h14',
  link: 'M10 14a4.5 4.5 0 0 0 6.4 0l3.2-3.2a4.5 4.5 0 0 0-6.4-6.4L12 5.6M14 10a4.5 4.5 0 0 0-6.4 0l-3.2 3.2a4.5 4.5 0 0 0 6.4 6.4l1.2-1.2',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  undo: 'M9 7L4.5 11.5 9 16M5 11.5h9a5 5 0 0 1 0 10h-2',
  redo: 'M15 7l4.5 4.5L15 16M19 11.5h-9a5 5 0 0 0 0 10h2',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  search: 'M11 4.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M16 16l4 4',
  history: 'M4.5 5v4.5H9M4.8 9.5A8 8 0 1 1 4 13M12 8v4.5l3 2',
  close: 'M6 6l12 12M18 6L6 18',
  bookmark: 'M7 4.5h10v15l-5-4-5 4z',
  up: 'M6 14.5l6-6 6 6',
  down: 'M6 9.5l6 6 6-6',
  arrow: 'M5 12h13M13 6.5l5.5 5.5-5.5 5.5'
}

/** A line drawing beside a label: decoration only, so hidden from screen readers. */
export function icon (name) {
  const svg = document.createElementNS(svgNamespace, 'svg')
  for (const [key, value] of Object.entries({ class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' })) {
    svg.setAttribute(key, value)
  }
  const path = document.createElementNS(svgNamespace, 'path')
  path.setAttribute('d', strokes[name])
  svg.append(path)
  return svg
}
