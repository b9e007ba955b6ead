// Every screen in both themes, at the width of a desk and of a telephone: no violation that axe finds, nothing wider
// than the window. SCREENSHOTS names a folder to keep pictures in.

import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { after, before, test } from "node:test";
import { join } from "node:path";

import { accessible, browser, fits, password, serve, visit } from "./support.mjs";

let server, chromium, session, offer, other, application, profile, drafts;

before(async () => {
  server = await serve();
  chromium = await browser();
  const context = await chromium.newContext();
  const { page } = await visit(context, server);
  await page.goto(server.welcome);
  await page.getByLabel("Adresse e-mail").fill("camille@exemple.fr");
  await page.getByLabel("Mot de passe").fill(password);
  await page.getByRole("button", { name: "Créer le compte" }).click();
  await page.waitForURL(/\/(offres|profil)/);
  await page.goto(`${server.address}/profil`);
  await page.getByLabel("Fichier", { exact: true }).setInputFiles(server.cv("developpeuse-web.pdf"));
  await page.getByRole("button", { name: "Lire ce CV" }).click();
  await page.waitForURL(/\/profil\/[0-9a-f-]{36}\/relecture/);
  await page.getByRole("button", { name: "Confirmer ce CV" }).click();
  await page.waitForURL(/fait=|\/profil\/[0-9a-f-]{36}$/);
  profile = new URL(page.url()).pathname;
  const ask = async (method, path, data) => {
    const answer = await page.request.fetch(server.address + path, { method, data, headers: { origin: server.address } });
    assert.ok(answer.ok(), `${path}: ${answer.status()}`);
    return answer.json();
  };
  drafts = [];
  for (const [path, file] of [["/api/profiles/file", "vendeuse.pdf"], ["/api/profiles/file", "macon.docx"], [`/api${profile.replace("profil", "profiles")}/file`, "data-analyst.pdf"]]) {
    const answer = await page.request.post(server.address + path, {
      multipart: { file: createReadStream(server.cv(file)) },
      headers: { origin: server.address },
    });
    assert.equal(answer.status(), 202);
    const { id } = await answer.json();
    while ((await ask("GET", `/api/tasks/${id}`)).state !== "done") await page.waitForTimeout(100);
    drafts.push(`/profil/${id}/relecture`);
  }
  const { items } = await ask("GET", "/api/offers?limit=8");
  [offer, other] = items.map((item) => encodeURIComponent(item.id));
  for (const [n, item] of items.entries()) {
    const { id } = await ask("POST", "/api/applications", { offer: item.id });
    for (const to of ["in_progress", "applied", "interview", "accepted"].slice(0, n % 5)) {
      await ask("POST", `/api/applications/${id}/move`, { to });
    }
    application = id;
  }
  await ask("POST", `/api/applications/${application}/notes`, { text: "Entretien avec Mme Roy, très bien passé." });
  await ask("PATCH", `/api/applications/${application}`, {
    next_action: { what: "Relancer par téléphone", on: "2026-01-15" },
    contacts: [{ name: "Mme Roy", role: "responsable RH", email: "roy@exemple.fr" }],
  });
  session = await context.storageState();
  await context.close();
});
after(async () => {
  await chromium?.close();
  await server?.stop();
});

const screens = () => [
  ["offres", "/offres"],
  ["recherche", "/offres?q=d%C3%A9veloppeur&near=Rennes&sort=date"],
  ["rien", "/offres?q=zzzzzz"],
  ["offre", `/offres/${offer}`],
  ["comparer", `/offres/comparer?a=${offer}&b=${other}`],
  ["profil", "/profil"],
  ["cv", profile],
  ["relecture", drafts[0]],
  ["relecture-docx", drafts[1]],
  ["nouveau-fichier", drafts[2]],
  ["cv-document", `${profile}/relecture`],
  ["supprimer-lecture", drafts[2].replace("relecture", "supprimer")],
  ["candidatures", "/candidatures"],
  ["liste", "/candidatures?vue=liste"],
  ["candidature", `/candidatures/${application}`],
  ["supprimer", `/candidatures/${application}/supprimer`],
  ["manque", "/manque"],
  ["statistiques", "/statistiques"],
  ["sources", "/sources"],
  ["parametres", "/parametres"],
  ["partir", "/parametres/supprimer"],
  ["administration", "/administration"],
  ["aide", "/aide"],
  ["introuvable", "/nulle-part"],
];

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    test(`${colorScheme}, ${width} px`, { timeout: 180_000 }, async (t) => {
      const context = await chromium.newContext({
        storageState: session,
        colorScheme,
        viewport: { width, height: 800 },
        bypassCSP: true,
        reducedMotion: "reduce",
      });
      t.after(() => context.close());
      const { page, told } = await visit(context, server);
      for (const [name, path] of screens()) {
        await page.goto(server.address + path);
        assert.equal(await page.locator("h1").count(), 1, `${name} has one main heading`);
        await fits(page, name);
        if (process.env.SCREENSHOTS) {
          const file = join(process.env.SCREENSHOTS, `${name}-${colorScheme}-${width}.png`);
          await page.screenshot({ path: file, fullPage: true });
        }
        await accessible(page, `${name}, ${colorScheme}, ${width} px`);
      }
      const signedOut = await chromium.newContext({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
      t.after(() => signedOut.close());
      const stranger = await visit(signedOut, server);
      await stranger.page.goto(`${server.address}/offres`);
      await stranger.page.waitForURL(/\/connexion/);
      await fits(stranger.page, "connexion");
      await accessible(stranger.page, `connexion, ${colorScheme}, ${width} px`);
      // The page that is not there answers 404, which the browser itself puts down in its console.
      assert.deepEqual(told.filter((line) => !line.includes("404")), []);
    });
  }
}
