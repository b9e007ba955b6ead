// The screens of somebody who has just come: the first account, an open sign-up, the first import and the first CV.

import { after, before, test } from "node:test";

import { accessible, browser, fits, password, serve, visit } from "./support.mjs";

let server, chromium;

before(async () => {
  server = await serve({ offers: false, settings: ["--sign-up"] });
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
  await server?.stop();
});

test("every screen of an arrival", { timeout: 120_000 }, async (t) => {
  const schemes = ["light", "dark"];
  const context = await chromium.newContext({ viewport: { width: 360, height: 740 }, bypassCSP: true });
  t.after(() => context.close());
  const { page } = await visit(context, server);
  const look = async (name) => {
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await fits(page, name);
      await accessible(page, `${name}, ${colorScheme}`);
    }
  };
  await page.goto(server.address);
  await page.waitForURL("**/bienvenue");
  await look("bienvenue");
  await page.getByLabel("Code de première visite").fill("AAAA-AAAA-AAAA");
  await page.getByLabel("Adresse e-mail").fill("camille@exemple.fr");
  await page.getByLabel("Mot de passe").fill(password);
  await page.getByRole("button", { name: "Créer le compte" }).click();
  await page.getByRole("alert").waitFor();
  await look("code refusé");
  await page.goto(server.welcome);
  await look("bienvenue, avec le code");
  await page.getByLabel("Adresse e-mail").fill("camille@exemple.fr");
  await page.getByLabel("Mot de passe").fill("motdepasse1");
  await page.getByRole("button", { name: "Créer le compte" }).click();
  await page.getByRole("alert").waitFor();
  await look("mot de passe refusé");
  await page.getByLabel("Mot de passe").fill(password);
  await page.getByRole("button", { name: "Créer le compte" }).click();
  await page.waitForURL("**/profil");
  await look("profil vide");
  for (const path of ["/offres", "/candidatures", "/manque", "/statistiques", "/sources"]) {
    await page.goto(server.address + path);
    await look(`${path}, vide`);
  }

  const offers = { resultats: [{ id: "1", intitule: "Boulanger (H/F)", salaire: "2 000 €" }, { intitule: "Sans identifiant" }] };
  await page.getByLabel("Fichier", { exact: true }).setInputFiles({
    name: "offres.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(offers)),
  });
  await page.getByRole("button", { name: /Importer/ }).click();
  await page.getByText("Sans identifiant").or(page.getByText(/refusée/)).first().waitFor();
  await look("résultat d'un import");

  await page.goto(`${server.address}/profil`);
  await page.getByLabel("Fichier", { exact: true }).setInputFiles({
    name: "cv.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.from("%PDF-1.4 abîmé"),
  });
  await page.getByRole("button", { name: "Lire ce CV" }).click();
  await page.getByText("Cela n'a pas marché").waitFor();
  await look("tâche qui a échoué");

  await context.clearCookies();
  await page.goto(`${server.address}/inscription`);
  await look("inscription");
});
