/** The schemas of a search path given as text: `app, "My Schema", public`. `"$user"` names no schema of the project. */
export function pathFromText(text: string): string[] {
  const names = text.match(/"(?:[^"]|"")*"|[^,\s"]+/g) ?? [];
  return names.map((name) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase())).filter((name) => name !== '$user');
}
