// The real program on a free port with the demonstration's offers, and a real Chromium to visit it with.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import assert from "node:assert/strict";

import { chromium } from "playwright-core";

const program = process.env.JOBMATCH ?? new URL("../../target/quick/jobmatch", import.meta.url).pathname;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const password = "quatre loutres en vélo";

// Starts a server; `stop` ends it and removes its data.
export async function serve({ offers = true, settings = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "jobmatch-"));
  if (offers) execFileSync(program, ["--data-dir", folder, "--quiet", "demo", "load"]);
  const server = spawn(program, ["--data-dir", folder, "serve", "--listen", "127.0.0.1:0", ...settings], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, JOBMATCH_LOG: process.env.JOBMATCH_LOG ?? "error" },
  });
  const output = createInterface({ input: server.stderr });
  // The link of the first visit comes before the line that says that the server is ready.
  let welcome;
  const address = await new Promise((resolve, reject) => {
    output.on("line", (line) => {
      const found = line.match(/http:\/\/localhost:\d+(\/\S*)?/);
      if (found?.[1]) [welcome] = found;
      else if (found) resolve(found[0]);
    });
    server.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return {
    address,
    welcome,
    cv: (name) => join(folder, "cv", name),
    async stop() {
      server.removeAllListeners("exit");
      const gone = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// A Chromium that reaches nothing but this computer.
export function browser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

// A page whose errors and whose requests to elsewhere fail the test that looks at `told`.
export async function visit(context, server) {
  const page = await context.newPage();
  const told = [];
  page.on("pageerror", (error) => told.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") told.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(server.address) && !url.startsWith("data:") && !url.startsWith("blob:")) told.push(`elsewhere: ${url}`);
  });
  return { page, told };
}

// Fails with what axe finds on the page as it is.
export async function accessible(page, name) {
  // The policy of the pages keeps inline scripts out; the tools of the browser may still run one.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const found = violations.map((v) => `${v.id}: ${v.help} ${v.nodes.map((n) => n.target.join(" ")).join(" | ")}`);
  assert.deepEqual(found, [], `${name}: ${found.join("\n")}`);
}

// Fails when the page is wider than the window.
export async function fits(page, name) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= window, `${name} is ${content} px wide in a window of ${window}`);
}
