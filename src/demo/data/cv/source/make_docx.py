"""Writes the three Word CVs beside this folder. Needs python-docx."""

import datetime
import pathlib

from docx import Document
from docx.shared import Cm, Pt, RGBColor

OUT = pathlib.Path(__file__).resolve().parent.parent


def start(font, size):
    document = Document()
    for section in document.sections:
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(1.8)
    document.styles["Normal"].font.name = font
    document.styles["Normal"].font.size = Pt(size)
    return document


def bullets(document, lines):
    for line in lines:
        document.add_paragraph(line, style="List Bullet").paragraph_format.space_after = Pt(0)


def save(document, name, author):
    document.core_properties.author = author
    document.core_properties.created = document.core_properties.modified = datetime.datetime(2026, 11, 1)
    document.save(OUT / name)


def mason():
    document = start("Liberation Sans", 11)
    document.add_heading("Antonio FERREIRA", 0)
    document.add_paragraph("Maçon – coffreur, 16 ans de chantier", style="Subtitle")
    document.add_paragraph("3 impasse du Lavoir, 63100 Clermont-Ferrand\nTél. 06 39 98 63 77 – antonio.ferreira@courriel.example\nPermis B et BE, né en 1986")
    document.add_heading("Expériences professionnelles", 1)
    jobs = [
        ("Maçon chef d'équipe – Entreprise Vialatte, Riom", "Depuis 2018", ["Gros œuvre de maisons et petits collectifs : fondations, élévations, dalles, poteaux, linteaux", "Coffrage traditionnel et banches, ferraillage, coulage du béton", "Implantation au laser, lecture de plans, commandes de matériaux", "Équipe de trois compagnons et un apprenti"]),
        ("Maçon coffreur – Bâtisseurs d'Auvergne, Cournon", "mars 2012 – décembre 2017", ["Immeubles R+5, voiles banchés, escaliers béton", "Montage d'échafaudages et sécurité des postes"]),
        ("Maçon en rénovation – José Ferreira (entreprise familiale), Braga, Portugal", "2008 à 2012", ["Pierre, enduits à la chaux, reprises en sous-œuvre, carrelage"]),
        ("Manœuvre", "été 2007, 3 mois", ["Approvisionnement, gâchage, nettoyage de chantier"]),
    ]
    for title, dates, tasks in jobs:
        document.add_heading(title, 2)
        document.add_paragraph(dates).runs[0].italic = True
        bullets(document, tasks)
    document.add_heading("Formation et habilitations", 1)
    bullets(document, ["CAP Maçon (équivalence), 2012", "CACES R482 catégorie A (mini-pelle), 2023", "Montage et vérification d'échafaudages R408, 2022", "AIPR opérateur, SST"])
    document.add_heading("Compétences", 1)
    document.add_paragraph("Parpaing, brique, bloc à bancher, enduits, dallage, ouverture de murs porteurs, pose d'IPN, réseaux d'assainissement, petite charpente.")
    document.add_heading("Langues", 1)
    document.add_paragraph("Portugais : langue maternelle. Français : courant. Espagnol : bonnes notions.")
    save(document, "macon.docx", "Antonio Ferreira")


def assistant():
    document = start("Liberation Serif", 11)
    title = document.add_paragraph()
    run = title.add_run("Fatoumata Diallo")
    run.font.size, run.font.color.rgb, run.bold = Pt(22), RGBColor(0x1F, 0x3A, 0x5F), True
    document.add_paragraph("Assistante administrative polyvalente").runs[0].bold = True
    document.add_paragraph("11 rue du Faubourg-d'Isle, 88000 Épinal | 06 39 98 88 40 | fatoumata.diallo@courriel.example")
    document.add_heading("Parcours professionnel", 1)
    rows = [
        ("Septembre 2020 – aujourd'hui", "Assistante administrative, Menuiseries Thirion (28 salariés), Golbey", "Accueil et standard. Devis et factures sur Batigest. Dossiers d'appels d'offres. Relance des impayés. Suivi des heures et des congés. Commandes de fournitures."),
        ("02/2016 – 08/2020", "Secrétaire, Cabinet d'architectes Lorrain, Épinal", "Courriers, comptes rendus de chantier, agenda de deux architectes, classement et archivage, préparation de réunions."),
        ("2014 – 2015", "Agent d'accueil, mairie d'arrondissement (CDD de 14 mois), Nancy", "Renseignement du public, état civil, délivrance de documents, tenue de registres."),
        ("2011 – 2013", "Employée de restauration, temps partiel pendant les études", "Service, caisse."),
    ]
    table = document.add_table(rows=1, cols=3)
    table.style = "Light Grid Accent 1"
    for cell, text in zip(table.rows[0].cells, ("Dates", "Poste", "Missions")):
        cell.text = text
    for row in rows:
        for cell, text in zip(table.add_row().cells, row):
            cell.text = text
    for row in table.rows:
        for cell, width in zip(row.cells, (Cm(3.3), Cm(5), Cm(8.7))):
            cell.width = width
    document.add_heading("Diplômes", 1)
    bullets(document, ["BTS Assistant de gestion PME-PMI, lycée Claude-Gellée, Épinal, 2014", "Baccalauréat professionnel Secrétariat, 2011", "Certification PIX (720 points), 2023"])
    document.add_heading("Compétences", 1)
    bullets(document, ["Word, Excel (tableaux croisés), Outlook, PowerPoint, Batigest, Chorus Pro", "Rédaction, orthographe certifiée (Voltaire, 845 points)", "Prise de notes, gestion d'agenda, accueil téléphonique", "Facturation et relances"])
    document.add_heading("Langues", 1)
    document.add_paragraph("Français, peul ; anglais A2. Permis B.")
    save(document, "assistante-administrative.docx", "Fatoumata Diallo")


def educator():
    document = start("DejaVu Sans", 10)
    document.add_heading("Sophie Amrani-Weber", 0)
    document.add_paragraph("Éducatrice de jeunes enfants (EJE), dix ans de petite enfance", style="Subtitle")
    document.add_paragraph("Annecy (74000) – sophie.amrani@courriel.example – 06 39 98 74 09")
    document.add_heading("QUI JE SUIS", 1)
    document.add_paragraph("Attentive au jeu libre et à la place des parents, je souhaite porter le projet pédagogique d'une petite structure, ou revenir vers l'école maternelle.")
    document.add_heading("EXPÉRIENCES", 1)
    jobs = [
        ("Éducatrice de jeunes enfants, adjointe de direction", "Crèche Les Cabrioles (35 berceaux), Annecy. De septembre 2019 à ce jour.", ["Écriture et suivi du projet éducatif, réunions d'équipe, analyse des pratiques", "Accompagnement de deux enfants en situation de handicap avec le CAMSP", "Plannings, remplacement de la directrice, relations avec la PMI", "Cafés des parents, passerelle avec l'école maternelle"]),
        ("Éducatrice de jeunes enfants", "Halte-garderie itinérante de la vallée verte, Boëge. 09.2016 – 07.2019.", ["Accueil de 12 enfants, activités d'éveil, aménagement de l'espace", "Lien avec les assistantes maternelles"]),
        ("Animatrice périscolaire", "Ville d'Annemasse, 2012/2013 (temps partiel).", ["Ateliers de lecture et de théâtre, aide aux devoirs"]),
    ]
    for title, place, tasks in jobs:
        document.add_heading(title, 2)
        document.add_paragraph(place)
        bullets(document, tasks)
    document.add_heading("FORMATION", 1)
    document.add_paragraph("Diplôme d'État d'éducateur de jeunes enfants (DEEJE), IREIS d'Annecy, 2016\nLicence de psychologie, Université Savoie Mont Blanc, 2012\nFormation « Communication gestuelle associée à la parole », 2021")
    document.add_heading("ATOUTS", 1)
    document.add_paragraph("Observation, écriture, animation de réunions, pédagogie Pikler-Lóczy, PSC1, BAFA. Permis B.")
    document.add_heading("LANGUES", 1)
    document.add_paragraph("Allemand courant (C1), anglais B1, arabe dialectal.")
    save(document, "educatrice-jeunes-enfants.docx", "Sophie Amrani-Weber")


mason()
assistant()
educator()
