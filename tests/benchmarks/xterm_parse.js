// Feeds files to xterm.js without a picture and prints seconds for each: its parser and buffer.
// `npm install --prefix build/xterm @xterm/headless` first; node xterm_parse.js MODULE FILE...
const fs = require("fs");
const { Terminal } = require(process.argv[2]);

async function seconds(path) {
  const terminal = new Terminal({ cols: 80, rows: 24, scrollback: 10000, allowProposedApi: true });
  const data = fs.readFileSync(path);
  const began = process.hrtime.bigint();
  for (let at = 0; at < data.length; at += 65536) {
    await new Promise((done) => terminal.write(data.subarray(at, at + 65536), done));
  }
  const took = Number(process.hrtime.bigint() - began) / 1e9;
  terminal.dispose();
  return took;
}

(async () => {
  const took = {};
  for (const path of process.argv.slice(3)) took[path] = await seconds(path);
  console.log(JSON.stringify(took));
})();
