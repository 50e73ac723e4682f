// Makes one script for a browser of a module and all that it imports.

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { config, run } from './lib.mjs';

await run({
  async bundle() {
    const result = await build({
      entryPoints: [config.entry],
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'browser',
      absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
    });
    return { script: result.outputFiles[0].text };
  },
});
