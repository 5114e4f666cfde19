/** Types that the parts of this API share. */
import type { UseKind } from '../../../model/usage.js';
export type { Place } from '../../../model/schema.js';
export type UseKindOf = UseKind;
