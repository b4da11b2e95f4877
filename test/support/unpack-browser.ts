/** Unpacks the packaged Chromium into the temporary folder: run as a process of its own, with TMPDIR set. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium, { inflate } from '@sparticuz/chromium';

const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'));
await chromium.executablePath();
await inflate(path.join(path.dirname(entry), '../bin/al2023.tar.br'));
