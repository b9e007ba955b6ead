// A CV is read again beside its document, corrected and confirmed: by mouse, by keyboard, and without scripts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { accessible, browser, fits, password, serve, visit } from "./support.mjs";

let server, chromium;

before(async () => {
  server = await serve();
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
  await server?.stop();
});

// Somebody new, or who is known here, on the page that reviews a file.
async function review(context, name, file) {
  const { page, told } = await visit(context, server);
  await page.goto(`${server.address}/connexion`);
  if (page.url().endsWith("/bienvenue")) {
    await page.goto(server.welcome);
    await page.getByLabel("Adresse e-mail").fill("camille@exemple.fr");
    await page.getByLabel("Mot de passe").fill(password);
    await page.getByRole("button", { name: "Créer le compte" }).click();
  } else {
    await page.getByLabel("Adresse e-mail").fill("camille@exemple.fr");
    await page.getByLabel("Mot de passe").fill(password);
    await page.getByRole("button", { name: "Se connecter" }).click();
  }
  await page.waitForURL(/\/(offres|profil)/);
  await page.goto(`${server.address}/profil`);
  await page.getByLabel("Fichier", { exact: true }).setInputFiles(server.cv(file));
  await page.getByRole("button", { name: "Lire ce CV" }).click();
  await page.waitForURL(/\/relecture/);
  const id = page.url().match(/[0-9a-f-]{36}/)[0];
  const ask = async (path) => (await page.request.get(`${server.address}/api/profiles/${id}${path}`)).json();
  return { page, told, id, ask };
}

const employers = (page) => page.locator("input[name^=experiences][name$=employer]").evaluateAll((all) => all.map((e) => e.value).filter(Boolean));
const named = (profile) => profile.experiences.map((job) => job.employer).filter(Boolean);
const input = (page, name) => page.locator(`[id="${name}"]`);

test("a field shows its lines, a line its fields", { timeout: 120_000 }, async (t) => {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 } });
  t.after(() => context.close());
  const { page, told, ask } = await review(context, t.name, "vendeuse.pdf");
  const { document: paper, evidence } = await ask("/reading");

  for (const name of ["title", "experiences/0/employer", "experiences/1/title", "education/0/diploma"]) {
    const found = evidence.find((e) => e.field === `/${name}`);
    assert.ok(found?.lines.length, name);
    await input(page, name.replaceAll("/", ".")).focus();
    const marked = page.locator(".document [data-line].on:visible");
    const lines = await marked.evaluateAll((all) => [...new Set(all.map((e) => Number(e.dataset.line) - 1))]);
    assert.deepEqual(lines.sort((a, b) => a - b), found.lines, name);
    // Each rectangle lies on the picture where the box of its line says.
    for (const [n, line] of found.lines.entries()) {
      const [box] = paper.lines[line].boxes;
      const picture = await page.locator(".page img").nth(box.page).boundingBox();
      const place = await page.locator(`.page [data-line="${line + 1}"].on rect`).first().boundingBox();
      for (const [side, expected, seen] of [
        ["left", picture.x + box.x0 * picture.width, place.x],
        ["top", picture.y + box.y0 * picture.height, place.y],
        ["right", picture.x + box.x1 * picture.width, place.x + place.width],
        ["bottom", picture.y + box.y1 * picture.height, place.y + place.height],
      ]) {
        assert.ok(Math.abs(expected - seen) < 5, `${name}, line ${line}, ${side}: ${seen} for ${expected}`);
      }
      // And in sight.
      const frame = await page.locator(".document-in").boundingBox();
      assert.ok(n > 0 || (place.y >= frame.y && place.y + place.height <= frame.y + frame.height), `${name} is out of sight`);
    }
  }

  // From the line to the fields, by mouse and by keyboard.
  const [line] = evidence.find((e) => e.field === "/experiences/1/employer").lines;
  const place = page.locator(`.page a[data-line="${line + 1}"]`).first();
  await place.click();
  assert.match(await page.evaluate(() => document.activeElement.id), /^experiences\.1\./);
  const fed = await page.locator(".fed label").allTextContents();
  assert.ok(fed.includes("Employeur"), `${fed}`);
  await page.locator(`[id="experiences.1.employer"]`).locator("xpath=..").locator("a.from").focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.line), String(line + 1));
  await page.keyboard.press("Enter");
  assert.match(await page.evaluate(() => document.activeElement.id), /^experiences\.1\./);
  assert.deepEqual(told, []);
});

test("corrected by keyboard, then confirmed and matched", { timeout: 120_000 }, async (t) => {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 } });
  t.after(() => context.close());
  const { page, told, id, ask } = await review(context, t.name, "cariste.pdf");
  await page.goto(`${server.address}/offres`);
  await page.getByText(/attend votre relecture|Ajoutez votre CV/).waitFor();
  await page.goto(`${server.address}/profil`);
  await page.getByRole("heading", { name: /attend(ent)? votre relecture/ }).waitFor();
  await page.goto(`${server.address}/profil/${id}/relecture`);

  const before = await employers(page);
  assert.ok(before.length >= 2, `${before}`);
  const press = async (name) => {
    await input(page, name).focus();
    await page.keyboard.press("Enter");
  };
  // Down and up again: the focus goes along.
  await press("experiences.0.down");
  await page.locator(":focus[id^='experiences.1.']").waitFor();
  assert.deepEqual(await employers(page), [before[1], before[0], ...before.slice(2)]);
  await press("experiences.1.up");
  await page.locator(":focus[id='experiences.0.down']").waitFor();
  assert.deepEqual(await employers(page), before);
  // Apart, and together again.
  const tasks = await input(page, "experiences.0.tasks").inputValue();
  await input(page, "experiences.0.tasks").fill(`Chargement\n\nInventaire`);
  await press("experiences.0.split");
  await page.locator(":focus[id='experiences.1.title']").waitFor();
  assert.equal(await input(page, "experiences.1.tasks").inputValue(), "Inventaire");
  await press("experiences.0.merge");
  await page.locator(":focus[id='experiences.0.title']").waitFor();
  assert.deepEqual(await employers(page), before);
  assert.equal(await input(page, "experiences.0.tasks").inputValue(), "Chargement\nInventaire");
  await input(page, "experiences.0.tasks").fill(tasks);
  // Taken out and brought back, then taken out for good.
  const doomed = page.getByRole("checkbox", { name: /^Retirer/ }).and(page.locator("[name='skills.0.remove']"));
  const skill = await input(page, "skills.0.label").inputValue();
  await doomed.focus();
  await page.keyboard.press("Space");
  await input(page, "skills.0.label").waitFor({ state: "hidden" });
  await page.keyboard.press("Space");
  await input(page, "skills.0.label").waitFor();
  await page.keyboard.press("Space");
  // A new entry.
  await page.getByText("Ajouter une formation", { exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("group", { name: "Formations" }).locator("details").getByLabel("Diplôme").fill("Titre professionnel cariste");
  await input(page, "identity.phone").fill("06 39 98 12 34");
  await page.getByRole("button", { name: "Confirmer ce CV" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("CV confirmé.").waitFor();

  const { profile, active } = await ask("");
  assert.equal(active, true);
  assert.equal(profile.identity.phone, "06 39 98 12 34");
  assert.ok(!profile.skills.some((s) => s.label === skill), skill);
  assert.ok(profile.education.some((e) => e.diploma === "Titre professionnel cariste"));
  await page.goto(`${server.address}/offres`);
  await page.locator("#resultats .card").first().getByRole("heading", { name: /cariste/i }).waitFor();
  assert.deepEqual(told, []);
});

test("on a telephone the line is shown above the form", { timeout: 120_000 }, async (t) => {
  for (const colorScheme of ["light", "dark"]) {
    const context = await chromium.newContext({ viewport: { width: 360, height: 740 }, colorScheme, bypassCSP: true, reducedMotion: "reduce" });
    t.after(() => context.close());
    const { page, told } = await review(context, t.name, "vendeuse.pdf");
    await input(page, "experiences.0.employer").focus();
    const strip = page.locator("[data-strip]");
    await strip.waitFor();
    const employer = await input(page, "experiences.0.employer").inputValue();
    assert.ok((await strip.textContent()).includes(employer));
    // The field is not hidden by it.
    const [above, field] = [await strip.boundingBox(), await input(page, "experiences.0.employer").boundingBox()];
    assert.ok(field.y >= above.y + above.height && above.y >= 0, `${JSON.stringify([above, field])}`);
    assert.ok((await page.locator("[data-crop] svg").boundingBox()).height > 10);
    await fits(page, "relecture, champ choisi");
    await accessible(page, `relecture, champ choisi, ${colorScheme}`);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/relecture-champ-${colorScheme}-360.png` });
    assert.deepEqual(told, []);
  }
});

test("without scripts", { timeout: 120_000 }, async (t) => {
  const context = await chromium.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  t.after(() => context.close());
  const { page, ask } = await review(context, t.name, "macon.docx");
  const before = await employers(page);
  // From a field to its line and back.
  const link = input(page, "experiences.0.title").locator("xpath=..").locator("a.from");
  const line = (await link.getAttribute("href")).slice(1);
  await link.click();
  await page.locator(`[id="${line}"]:target`).waitFor();
  assert.ok(await page.locator(`[id="${line}"]`).isVisible());
  await page.locator(`[id="${line}"] a`).click();
  assert.match(page.url(), /#experiences\.0\.title$/);
  // Moved, and nothing is kept yet.
  await input(page, "experiences.0.down").click();
  assert.deepEqual((await employers(page)).slice(0, 2), [before[1], before[0]]);
  assert.equal((await ask("")).profile.experiences[0].employer, before[0]);
  await page.locator("[name='experiences.0.remove']").check();
  await input(page, "experiences.0.employer").waitFor({ state: "hidden" });
  await input(page, "title").fill("Chef d'équipe maçonnerie");
  await fits(page, "relecture sans script");
  await page.getByRole("button", { name: "Confirmer ce CV" }).click();
  await page.getByText("CV confirmé.").waitFor();
  const { profile, confirmed } = await ask("");
  assert.equal(confirmed, true);
  assert.equal(profile.title, "Chef d'équipe maçonnerie");
  assert.deepEqual(named(profile), [before[0], ...before.slice(2)]);

  // A new file says what it changes; nothing changes before it is accepted.
  await page.getByText("Exporter, ou remplacer le fichier").click();
  await page.getByLabel("Nouveau fichier de ce CV").setInputFiles(server.cv("macon.docx"));
  await page.getByRole("button", { name: "Remplacer le fichier" }).click();
  await page.getByRole("heading", { name: "Ce qui changerait" }).waitFor();
  await page.getByRole("row", { name: /Titre/ }).getByText("Chef d'équipe maçonnerie").waitFor();
  assert.equal((await ask("")).profile.title, "Chef d'équipe maçonnerie");
  await page.getByRole("button", { name: "Accepter ces changements" }).click();
  await page.getByText("CV mis à jour d'après le nouveau fichier.").waitFor();
  const accepted = await ask("");
  assert.notEqual(accepted.profile.title, "Chef d'équipe maçonnerie");
  assert.deepEqual(named(accepted.profile), before);
});
