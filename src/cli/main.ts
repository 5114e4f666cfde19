#!/usr/bin/env node
/** The program's start: the engine is set before anything else is loaded. */
import { tuneEngine } from './runtime.js';

tuneEngine();
await import('./program.js');
