/** The comments beside keys of object literals. */
import type { Expr, Note, Span } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import type { Flow } from '../../flow/evaluate.js';

/** Answers with the comment at the key that stands at a place. */
export function notesOf(flow: Flow): (place: { readonly path: string; readonly at: Span }) => Note | undefined {
  return (place) => flow.memo('entry-notes', place.path, () => {
    const notes = new Map<number, Note>();
    const visit = (node: unknown): void => {
      if (!node || typeof node !== 'object') return;
      if (Array.isArray(node)) { node.forEach(visit); return; }
      if ((node as { k?: string }).k === 'dict')
        for (const entry of (node as Expr & { k: 'dict' }).entries) if (entry.note && entry.key) notes.set(spanStart(entry.key.at), entry.note);
      Object.values(node).forEach(visit);
    };
    visit(flow.moduleAt(place.path)?.code ?? []);
    return notes;
  }, new Map<number, Note>()).get(spanStart(place.at));
}
