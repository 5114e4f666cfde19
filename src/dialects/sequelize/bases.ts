/** Whether a class is one of Sequelize's models. */
import { lastName } from '../../flow/arguments.js';
import { externalBases } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ClassRef } from '../../flow/value.js';
import { isSequelize } from './names.js';

/** A class that descends from Sequelize's `Model`. */
export function isModelClass(flow: Flow, cls: ClassRef): boolean {
  return externalBases(flow, cls).some((base) => base.k === 'ext' && isSequelize(base.module) && lastName(base) === 'Model');
}

/** All its bases are in sight, so that it has no attributes but those that are read. */
export function hasKnownBases(flow: Flow, cls: ClassRef): boolean {
  return externalBases(flow, cls).every((base) => base.k === 'ext' && isSequelize(base.module));
}
