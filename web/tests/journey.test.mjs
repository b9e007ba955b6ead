// One person's way from the first visit to the deletion of the account, with and without scripts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { browser, fits, password, serve, visit } from "./support.mjs";

const email = "camille@exemple.fr";
let server, chromium;

before(async () => {
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
});

async function welcome(page) {
  await page.goto(server.welcome);
  await page.getByLabel("Adresse e-mail").fill(email);
  await page.getByLabel("Mot de passe").fill(password);
  await page.getByRole("button", { name: "Créer le compte" }).click();
  await page.waitForURL(/\/(offres|profil)/);
}

async function addCv(page, name) {
  await page.getByRole("link", { name: "Profil", exact: true }).click();
  await page.getByLabel("Fichier", { exact: true }).setInputFiles(server.cv(name));
  await page.getByRole("button", { name: "Lire ce CV" }).click();
}

async function eraseAccount(page) {
  await page.goto(`${server.address}/parametres`);
  await page.getByRole("link", { name: /Supprimer mon compte/ }).click();
  await page.getByLabel(/mot de passe/).fill(password);
  await page.getByRole("button", { name: /Supprimer/ }).click();
  await page.waitForURL("**/bienvenue");
}

const column = (page, name) => page.getByRole("region", { name: new RegExp(`^${name}`) });

test("with scripts, by mouse and by keyboard", { timeout: 180_000 }, async (t) => {
  server = await serve();
  t.after(() => server.stop());
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
  t.after(() => context.close());
  const { page, told } = await visit(context, server);

  await welcome(page);
  await addCv(page, "developpeuse-web.pdf");
  // The task's page goes on to the review by itself.
  await page.waitForURL(/\/profil\/[0-9a-f-]{36}\/relecture/);
  await page.getByRole("button", { name: "Confirmer ce CV" }).click();
  await page.getByText("CV confirmé.").waitFor();

  await page.getByRole("link", { name: "Offres", exact: true }).click();
  const cards = page.locator("#resultats .card");
  const first = cards.first();
  await first.getByText("estimation, pas la décision du recruteur").waitFor();
  const best = await first.getByRole("heading").textContent();
  assert.match(best, /Développeu/);

  // Searching as one types.
  await page.getByLabel("Mots").pressSequentially("cariste");
  await page.locator("#resultats .card", { hasText: "Cariste" }).first().waitFor();
  await page.getByLabel("Mots").fill("");
  await page.locator("#resultats .card").first().getByRole("heading", { name: best.trim() }).waitFor();

  // The explanation.
  await first.getByRole("link", { name: best.trim() }).click();
  await page.getByRole("heading", { level: 1, name: best.trim() }).waitFor();
  for (const criterion of ["Compétences", "Expérience", "Lieu", "Salaire", "Métier"]) {
    await page.getByText(criterion, { exact: true }).first().waitFor();
  }

  // Other weights, another ranking.
  await page.goBack();
  await page.getByText("Ce qui compte pour vous").click();
  await page.getByLabel("Lieu", { exact: true }).and(page.locator("[type=range]")).fill("100");
  await page.getByText("poids à l'essai").waitFor();

  // Saved, then moved by mouse and by keyboard.
  await cards.first().getByRole("button", { name: /^Suivre/ }).click();
  await cards.first().getByRole("link", { name: /^Suivie/ }).waitFor();
  await page.getByRole("link", { name: "Candidatures", exact: true }).click();
  const ticket = (name) => column(page, name).locator(".ticket");
  await ticket("Ajoutée").waitFor();
  await ticket("Ajoutée").dragTo(column(page, "En préparation"));
  // The focus follows the card, here and below.
  await ticket("En préparation").locator(":focus").waitFor();
  await ticket("En préparation").locator("summary").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await ticket("Envoyée").locator(":focus").waitFor();

  // Another window moves the same card: the second is told, and nothing is lost.
  const other = await context.newPage();
  await other.goto(`${server.address}/candidatures`);
  await page.reload();
  await ticket("Envoyée").locator("summary").click();
  await ticket("Envoyée").getByRole("button", { name: "Entretien" }).click();
  await ticket("Entretien").waitFor();
  const stale = column(other, "Envoyée").locator(".ticket");
  await stale.locator("summary").click();
  await stale.getByRole("button", { name: "Refusée" }).click();
  await other.getByText(/entre-temps/).first().waitFor();
  await other.close();

  const downloading = page.waitForEvent("download");
  await page.goto(`${server.address}/parametres`);
  await page.getByRole("link", { name: /[Tt]élécharger|[Ee]xporter/ }).first().click();
  assert.match((await downloading).suggestedFilename(), /\.zip$/);

  await eraseAccount(page);
  // A stale card answers 409, which the browser itself puts down in its console.
  assert.deepEqual(told.filter((line) => !line.includes("409")), []);
});

test("without scripts, on a telephone", { timeout: 180_000 }, async (t) => {
  server = await serve();
  t.after(() => server.stop());
  const context = await chromium.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  t.after(() => context.close());
  const { page } = await visit(context, server);

  await welcome(page);
  await page.goto(`${server.address}/profil`);
  await page.getByLabel("Fichier", { exact: true }).setInputFiles(server.cv("cariste.pdf"));
  await page.getByRole("button", { name: "Lire ce CV" }).click();
  // The page asks again by itself until the task has ended.
  await page.getByRole("button", { name: "Passer la relecture" }).click();
  await page.getByText("CV confirmé.").waitFor();

  await page.goto(`${server.address}/offres`);
  const first = page.locator("#resultats .card").first();
  await first.getByRole("heading", { name: /[Cc]ariste/i }).waitFor();
  await first.getByRole("button", { name: /^Suivre/ }).click();
  await page.goto(`${server.address}/candidatures`);
  const ticket = page.locator(".ticket");
  await ticket.locator("summary").click();
  await ticket.getByRole("button", { name: "En préparation" }).click();
  await column(page, "En préparation").locator(".ticket").waitFor();
  await eraseAccount(page);
});

test("nothing that people write is taken for markup", { timeout: 120_000 }, async (t) => {
  server = await serve({ offers: false });
  t.after(() => server.stop());
  const context = await chromium.newContext();
  t.after(() => context.close());
  const { page, told } = await visit(context, server);
  await welcome(page);

  const hostile = `<img src=x onerror="document.title='pris'"><script>document.title='pris'</script>{{ 7*7 }}`;
  const offer = { source: "essai", id: "1", title: `Boulanger ${hostile}`, description: `Pain ${hostile}`, company: hostile };
  const imported = await page.request.post(`${server.address}/api/offers/import`, {
    data: offer,
    headers: { origin: server.address },
  });
  assert.equal(imported.status(), 200);
  await page.goto(`${server.address}/offres`);
  await page.getByRole("button", { name: /^Suivre/ }).first().click();
  await page.getByRole("link", { name: /^Suivie/ }).first().waitFor();
  await page.goto(`${server.address}/candidatures`);
  await page.locator(".ticket a").click();
  await page.getByLabel("Nouvelle note").fill(hostile);
  await page.getByRole("button", { name: "Ajouter la note" }).click();
  await page.locator(".note", { hasText: "<script>" }).waitFor();
  for (const path of ["/offres", "/offres/essai:1", "/candidatures", "/candidatures?vue=liste", "/sources", "/statistiques"]) {
    await page.goto(server.address + path);
    assert.doesNotMatch(await page.title(), /pris/, path);
    await fits(page, path);
  }
  assert.deepEqual(told, []);
});
