#!/usr/bin/env node
// npm links a command only where its file is there when it installs, which in a clone is before the build.
import '../dist/main.js';
