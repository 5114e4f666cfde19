/** A filter that has several forms, one for each path through the code. */
import type { Condition } from '../../flow/query.js';

/** What each form asks for is asked, the rest on some paths only; `mayBeLeftOut` where one of the forms asks for nothing. */
export function conditionsOfForms(forms: readonly (readonly Condition[])[], mayBeLeftOut: boolean): readonly Condition[] {
  const isAsked = (condition: Condition): boolean =>
    !mayBeLeftOut && !condition.isOptional && !condition.inOr && forms.every((form) => form.some((other) => isSame(condition, other)));
  const [first = []] = forms;
  return [...first.filter(isAsked), ...forms.flat().filter((condition) => !isAsked(condition)).map((condition) => ({ ...condition, isOptional: true }))];
}

/** Two constants that differ are two conditions. */
function isSame(one: Condition, other: Condition): boolean {
  if (one.column.model !== other.column.model || one.column.attribute !== other.column.attribute || one.op !== other.op || other.isOptional || other.inOr)
    return false;
  return one.value.k === 'const' ? other.value.k === 'const' && one.value.v === other.value.v : other.value.k !== 'const';
}
