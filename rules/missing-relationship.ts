import {
  collectionsBy, couldBeFollowed, firstOfLines, impliedKeys, isAssociation, isDead, isInReach, isKeyOnItsWayOut, isShapedByLibrary, listed, nameOf,
  referenceName, referencesBy, referenceText, shareFollowed, siblingsOf, type Confidence, type ForeignKey, type Rule,
} from '../src/lint/rule.js';

export const missingRelationship: Rule = {
  id: 'missing-relationship',
  summary: 'A foreign key that its model has no relationship for',
  level: 'warning',
  precision: 'high',
  evidence: 'presence',
  check(project, report) {
    const share = shareFollowed(project);
    if (share === 0) return;
    const isFirstOfLine = firstOfLines();
    for (const table of project.schema.tables) {
      if (isAssociation(table) || isDead(project, table) || isShapedByLibrary(project, table)) continue;
      const implied = impliedKeys(project, table);
      for (const key of table.foreignKeys) {
        if (
          !couldBeFollowed(key) ||
          !isInReach(project, table, key.target) ||
          implied.has(key) ||
          referencesBy(key).length > 0 ||
          isDead(project, key.target) ||
          isKeyOnItsWayOut(key)
        )
          continue;
        const [column] = key.columns;
        if (!isFirstOfLine(column)) continue;
        const base = siblingsOf(project, column).length > 0 ? column.inheritedFrom : null;
        const back = collectionsBy(key)[0] ?? null;
        const code = referenceText(key, back?.name ?? null);
        report({
          table,
          columns: key.columns,
          message: `${listed(key.columns.map(nameOf))} ${key.columns.length === 1 ? 'points' : 'point'} at ${key.target.name}, but the model ${table.model} has no relationship for it${base === null ? '' : `, like others of ${base}`}`,
          help: `Declare ${referenceName(key)} on ${base ?? table.model}, so that the row of ${key.target.name} is loaded through the model`,
          confidence: confidenceOf(key, share, back !== null),
          related: back ? [{ message: 'only the other side has a relationship', place: back.place, table: key.target }] : [],
          remedies: code ? [{ title: `Add the relationship to ${base ?? table.model}`, code }] : [],
        });
      }
    }
  },
};

/** A key that can be followed from the other side, or one that shares its row with its parent, may be meant that way. */
function confidenceOf(key: ForeignKey, share: number, hasOtherSide: boolean): Confidence {
  const isOwnKey = key.columns.every((column) => key.table.primaryKey?.columns.includes(column));
  if (hasOtherSide || isOwnKey || share < 0.1) return 'low';
  return share >= 0.5 ? 'high' : 'medium';
}
