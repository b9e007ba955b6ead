//! What generated descriptions are made of. `{v}` stands for the town, `{e}` for the employer.

pub(super) const EMPLOYER_FIRST: &[&str] = &[
    "Ateliers",
    "Maison",
    "Groupe",
    "Établissements",
    "Société",
    "Compagnie",
    "Comptoir",
    "Domaine",
    "Services",
    "Réseau",
    "Union",
    "Cabinet",
    "Espace",
    "Centre",
    "Coopérative",
    "Entreprise",
    "Relais",
    "Pôle",
    "Agence",
    "Fabrique",
];

pub(super) const EMPLOYER_LAST: &[&str] = &[
    "Aubrac",
    "Valmorin",
    "des Tilleuls",
    "Kergall",
    "du Levant",
    "Saint-Aubert",
    "Mirande",
    "des Ormes",
    "Castelnau",
    "Beauregard",
    "de l'Estran",
    "Montferrier",
    "des Trois Ponts",
    "Lavandou",
    "du Ponant",
    "Ferval",
    "Hautecombe",
    "de la Tour",
    "Brévalon",
    "des Embruns",
    "Clairval",
    "du Moulin Neuf",
    "Ravenel",
    "Solenne",
    "des Coquelicots",
    "Tréval",
    "Orgelin",
    "du Vieux Chêne",
    "Pontarlin",
    "des Alouettes",
    "Vermont",
    "Lasserade",
];

pub(super) const OPENINGS: &[&str] = &[
    "{e} ({v}) complète son équipe.",
    "Nous recherchons une personne motivée pour rejoindre {e}.",
    "Vous souhaitez travailler près de chez vous ? {e} vous attend.",
    "À la suite d'un départ, {e} recrute.",
    "Notre client ({v} et environs) nous confie le recrutement suivant.",
    "{e} poursuit son développement et crée un poste.",
    "Depuis plus de vingt ans, {e} s'appuie sur des équipes stables et bien formées.",
    "Structure à taille humaine, {e} cherche du renfort.",
    "L'activité augmente : {e} ouvre plusieurs postes.",
    "Recrutement urgent ({v}).",
    "Au sein d'une équipe accueillante, vous prendrez vos fonctions progressivement.",
    "Poste ouvert à toutes et à tous, avec un accompagnement durant les premières semaines.",
];

pub(super) const CONTEXTS: &[&str] = &[
    "Rattachement : responsable de service. L'équipe compte {n} personnes, qui se réunissent chaque lundi pour répartir le travail.",
    "Vous rejoindrez {n} collègues et bénéficierez d'un tutorat pendant le premier mois.",
    "Le site emploie {n} salariés ; chacun y est formé à plusieurs tâches et peut évoluer.",
    "Vous travaillerez avec {n} autres professionnels, en lien quotidien avec les autres services et avec les usagers ou clients.",
    "Une période d'intégration de {n} jours est prévue, avec visite des locaux et présentation des procédures.",
    "Les locaux ont été rénovés récemment et {n} places de stationnement sont réservées au personnel.",
];

pub(super) const TASK_HEADINGS: &[&str] = &[
    "Vos missions :",
    "Missions principales",
    "Activités :",
    "Au quotidien :",
    "CE QUE VOUS FEREZ",
    "Le poste consiste à :",
    "Vos responsabilités :",
    "Tâches confiées :",
];

pub(super) const TASK_LEADS: &[&str] = &[
    "Vous serez notamment amené(e) à",
    "Le poste demande de savoir",
    "Chaque semaine, il faudra",
    "Votre travail consistera principalement à",
    "La personne recrutée devra",
    "Il s'agit pour l'essentiel de",
];

pub(super) const PROFILE_HEADINGS: &[&str] = &[
    "Votre profil :",
    "Profil recherché :",
    "Compétences attendues :",
    "PROFIL",
    "Nous attendons de vous :",
    "Pour réussir :",
];

pub(super) const KNOWLEDGE_LEADS: &[&str] = &[
    "Des connaissances sont attendues dans les domaines suivants :",
    "Sujets à bien connaître :",
    "Vous avez des notions solides en matière de :",
    "Une pratique serait appréciée sur ces points :",
    "Connaissances utiles :",
];

pub(super) const QUALITIES: &[&str] = &[
    "autonomie",
    "rigueur",
    "esprit d'équipe",
    "sens du service",
    "ponctualité",
    "curiosité",
    "capacité d'adaptation",
    "bonne organisation",
    "aisance relationnelle",
    "goût du travail bien fait",
    "réactivité",
    "discrétion",
    "sens de l'écoute",
    "patience",
    "force de proposition",
    "sang-froid",
];

pub(super) const ADVANTAGES: &[&str] = &[
    "mutuelle d'entreprise",
    "titres-restaurant",
    "prime de fin d'année",
    "participation aux transports",
    "comité social et économique",
    "formation continue",
    "intéressement",
    "tenue fournie",
    "horaires aménageables",
    "prévoyance",
    "sixième semaine de congés",
    "épargne salariale",
    "local à vélos",
    "primes d'ancienneté",
];

pub(super) const TELEWORK_SOME: &[&str] = &[
    "Télétravail possible deux jours par semaine.",
    "Un jour de télétravail par semaine après la période d'essai.",
    "Organisation hybride : trois jours sur site.",
    "Télétravail partiel négociable.",
];

pub(super) const TELEWORK_FULL: &[&str] = &[
    "Poste en télétravail complet.",
    "100 % télétravail possible depuis toute la France.",
    "Full remote accepté.",
];

pub(super) const CLOSINGS: &[&str] = &[
    "Envoyez votre CV, nous répondons sous dix jours.",
    "Poste à pourvoir rapidement.",
    "Entretien sur place ou en visioconférence.",
    "Candidature avec CV et quelques lignes de présentation.",
    "Toutes les candidatures sont étudiées à compétences égales.",
    "Démarrage à convenir ensemble.",
    "Possibilité de prolongation.",
    "Merci de préciser vos disponibilités.",
];
