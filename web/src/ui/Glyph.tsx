import { GLYPHS, ICONS, type Drawing, type GlyphName, type IconName } from './glyphs.ts'

/** The sprite every `<Glyph>` points into; rendered once. */
export function Sprite() {
  return (
    <svg class="away" aria-hidden="true">
      <defs>
        {Object.entries(GLYPHS as Record<string, Drawing>).map(([name, drawing]) => (
          <symbol key={name} id={`glyph-${name}`} viewBox={`0 0 ${drawing.size} ${drawing.size}`}>
            {drawing.paths.map((path) => (
              <path
                d={path.d}
                fill={path.fill ? 'currentColor' : undefined}
                stroke={path.fill && drawing.size === 10 ? 'none' : undefined}
                stroke-width={path.width}
                stroke-dasharray={path.dash}
              />
            ))}
          </symbol>
        ))}
      </defs>
    </svg>
  )
}

/** A state's shape. The word beside it is the accessible name, so the shape is hidden from readers. */
export function Glyph({ name, tone = '' }: { name: GlyphName; tone?: string }) {
  return (
    <svg class={`glyph ${tone}`} aria-hidden="true">
      <use href={`#glyph-${name}`} />
    </svg>
  )
}

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={ICONS[name]} />
      {name === 'theme' && <path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentColor" />}
    </svg>
  )
}

export function Bolt() {
  return (
    <svg viewBox="0 0 18 18" aria-hidden="true">
      <path d={ICONS.bolt} fill="currentColor" />
    </svg>
  )
}
