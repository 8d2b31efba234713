"""What the desk calls the words of the domain: a label for every code that a page shows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from archiver.domain.case import CaseState, Command
from archiver.domain.channel import Availability, Fact
from archiver.domain.decision import DecisionKind, Review
from archiver.domain.flag import Category, Field, View
from archiver.domain.post import MediaKind
from archiver.domain.refusal import Refusal
from archiver.domain.reveal import Purpose
from archiver.domain.taxonomy import Confidence, LeftBecause, MovedBecause, Reason, Verdict, WrongMatch
from archiver.review.i18n import marked

LABELS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    Category: {
        Category.PERSONAL_DATA_LEAK: marked("Personal data leak"),
        Category.STATE_DOCUMENT_LEAK: marked("State document leak"),
        Category.CREDENTIAL_LEAK: marked("Credential leak"),
        Category.EXTORTION: marked("Extortion"),
        Category.SEXTORTION: marked("Sextortion"),
        Category.DOXXING_THREAT: marked("Doxxing threat"),
        Category.HACKING_SERVICE: marked("Hacking service"),
        Category.ACCOUNT_TAKEOVER_AD: marked("Stolen accounts for sale"),
    },
    CaseState: {
        CaseState.OPEN: marked("Open"),
        CaseState.SECOND_REVIEW: marked("Second review"),
        CaseState.DISPUTED: marked("Disputed"),
        CaseState.ESCALATED: marked("Escalated"),
        CaseState.SNOOZED: marked("Snoozed"),
        CaseState.DECIDED: marked("Decided"),
    },
    Verdict: {
        Verdict.VIOLATION: marked("Violation"),
        Verdict.NOT_A_VIOLATION: marked("Not a violation"),
        Verdict.CANNOT_TELL: marked("Cannot tell"),
    },
    Confidence: {Confidence.SURE: marked("Sure"), Confidence.UNSURE: marked("Unsure")},
    DecisionKind: {
        DecisionKind.DECISION: marked("Decision"),
        DecisionKind.ADJUDICATION: marked("Last word"),
        DecisionKind.RETRACTION: marked("Taken back"),
    },
    Review: {
        Review.ENOUGH: marked("One reviewer, as needed"),
        Review.SINGLE: marked("Single review"),
        Review.DOUBLE: marked("Two reviewers agreed"),
        Review.ADJUDICATED: marked("Settled by a lead"),
    },
    Reason: {
        Reason.PRIVATE_PERSON: marked("Private person"),
        Reason.WOMAN_AT_RISK: marked("Woman at risk"),
        Reason.MINOR: marked("Minor"),
        Reason.JOURNALIST: marked("Journalist or activist"),
        Reason.OFFICIAL: marked("Official"),
        Reason.INSTITUTION: marked("Institution"),
        Reason.DEADLINE: marked("Sets a deadline"),
        Reason.PAY_TO_REMOVE: marked("Removes posts for money"),
        Reason.WRONG_MATCH: marked("The rule was wrong"),
        Reason.NEWS: marked("News or a warning"),
        Reason.PUBLIC_INTEREST: marked("Public interest, whistleblowing"),
        Reason.SATIRE: marked("Satire, quotation, figure of speech"),
        Reason.DUPLICATE: marked("Decided elsewhere"),
        Reason.ALLOWED: marked("Public by law or by own will"),
        Reason.TOO_LITTLE: marked("The archive holds too little"),
        Reason.LANGUAGE: marked("A language I don't read well"),
        Reason.MEDIA_ONLY: marked("It hangs on media that are not shown"),
        Reason.OTHER: marked("Other: see the note"),
    },
    WrongMatch: {
        WrongMatch.OTHER_MEANING: marked("Another meaning of the word"),
        WrongMatch.NEGATION: marked("Negated"),
        WrongMatch.QUOTATION: marked("Quoted"),
        WrongMatch.ADVERTISEMENT: marked("An ordinary advertisement"),
        WrongMatch.NAME: marked("Name of a person or place"),
        WrongMatch.OTHER_LANGUAGE: marked("A word of another language"),
        WrongMatch.TOO_BROAD: marked("Digits or letters that only look alike"),
        WrongMatch.FOLDING: marked("Spelling made too much alike"),
        WrongMatch.OTHER: marked("Another reason"),
    },
    LeftBecause: {
        LeftBecause.LANGUAGE: marked("A language I don't read well"),
        LeftBecause.EXPERTISE: marked("Needs knowledge I don't have"),
        LeftBecause.CONFLICT: marked("I know the people"),
        LeftBecause.WELLBEING: marked("Not for me now"),
        LeftBecause.OTHER: marked("Another reason"),
    },
    MovedBecause: {
        MovedBecause.UNSURE: marked("Unsure"),
        MovedBecause.DANGER: marked("Somebody is in danger now"),
        MovedBecause.PRESS: marked("Press, sources or whistleblowers"),
        MovedBecause.LAW: marked("A question of law"),
        MovedBecause.CHANGED: marked("The text or the facts changed"),
        MovedBecause.MISTAKE: marked("A mistake"),
        MovedBecause.WAITING: marked("Something must come first"),
        MovedBecause.OTHER: marked("Another reason"),
    },
    Command: {
        Command.CLAIM: marked("Claimed"),
        Command.KEEP: marked("Kept"),
        Command.RELEASE: marked("Given back"),
        Command.TAKE_OVER: marked("Taken over"),
        Command.DECIDE: marked("Decided"),
        Command.SKIP: marked("Skipped"),
        Command.SNOOZE: marked("Snoozed"),
        Command.ESCALATE: marked("Escalated"),
        Command.RETURN: marked("Returned to all"),
        Command.ADJUDICATE: marked("Settled"),
        Command.WAKE: marked("Woken"),
        Command.UNDO: marked("Undone"),
        Command.REOPEN: marked("Reopened"),
    },
    Field: {
        Field.TEXT: marked("text"),
        Field.MEDIA_NAME: marked("file name"),
        Field.BUTTONS: marked("buttons"),
        Field.POLL: marked("poll"),
        Field.MEDIA: marked("media"),
        Field.FORWARD: marked("forwarded from"),
    },
    View: {
        View.FOLDED: marked("spelling folded"),
        View.UNSPACED: marked("letters joined"),
        View.LEET: marked("digits read as letters"),
        View.DOTLESS: marked("dots left out"),
        View.PLAIN: marked("as written"),
    },
    Availability: {
        Availability.REACHABLE: marked("Reachable"),
        Availability.PRIVATE: marked("Private"),
        Availability.BANNED: marked("Banned"),
        Availability.RESTRICTED: marked("Restricted"),
        Availability.HANDLE_FREED: marked("Handle freed"),
        Availability.DELETED: marked("Deleted"),
    },
    Fact: {
        Fact.TITLE: marked("Title"),
        Fact.ABOUT: marked("Description"),
        Fact.PHOTO_ID: marked("Picture"),
        Fact.IS_SCAM: marked("Marked as a scam"),
        Fact.IS_FAKE: marked("Marked as fake"),
        Fact.IS_VERIFIED: marked("Verified"),
        Fact.IS_PROTECTED: marked("Copying forbidden"),
        Fact.RESTRICTIONS: marked("Restrictions"),
        Fact.LINKED_CHANNEL_ID: marked("Linked channel"),
    },
    MediaKind: {
        MediaKind.PHOTO: marked("photo"),
        MediaKind.VIDEO: marked("video"),
        MediaKind.ROUND_VIDEO: marked("round video"),
        MediaKind.ANIMATION: marked("animation"),
        MediaKind.AUDIO: marked("audio"),
        MediaKind.VOICE: marked("voice"),
        MediaKind.STICKER: marked("sticker"),
        MediaKind.FILE: marked("file"),
        MediaKind.POLL: marked("poll"),
        MediaKind.LOCATION: marked("location"),
        MediaKind.VENUE: marked("venue"),
        MediaKind.CONTACT: marked("contact"),
        MediaKind.GAME: marked("game"),
        MediaKind.INVOICE: marked("invoice"),
        MediaKind.DICE: marked("dice"),
        MediaKind.STORY: marked("story"),
        MediaKind.GIVEAWAY: marked("giveaway"),
        MediaKind.PAID: marked("paid media"),
        MediaKind.OTHER: marked("other media"),
    },
    Purpose: {
        Purpose.VICTIM: marked("To find out who is harmed"),
        Purpose.RULE: marked("To check what the rule found"),
        Purpose.REPORT: marked("To prepare a report"),
        Purpose.OTHER: marked("Another purpose: see the note"),
    },
}

SEVERITIES = {
    1: marked("worth a look"),
    2: marked("likely harm"),
    3: marked("harm"),
    4: marked("danger now"),
}

HIDDEN = {
    "phone": marked("phone number"),
    "national_id": marked("identity number"),
    "passport": marked("passport number"),
    "residence_card": marked("residence card"),
    "iban": marked("bank account"),
    "card": marked("bank card"),
    "email": marked("e-mail"),
    "email_password": marked("e-mail and password"),
    "wallet": marked("wallet"),
    "private_key": marked("private key"),
    "api_token": marked("access token"),
    "password_pair": marked("password"),
    "vehicle_plate": marked("number plate"),
    "invite_link": marked("invite link"),
    "link": marked("link"),
    "handle": marked("handle"),
    "file_name": marked("file name"),
    "row": marked("personal row"),
    "bulk_personal": marked("data of several people"),
}
"""What a mask stands for, by its kind."""

LANGUAGES = {
    "ar": marked("Arabic"),
    "ckb": marked("Sorani"),
    "kmr": marked("Kurmanji"),
    "fa": marked("Persian"),
    "en": marked("English"),
    "ru": marked("Russian"),
}
"""Of posts: `domain.rule.LANGUAGES`."""

HISTORY = {
    "case.claimed": marked("claimed"),
    "case.kept": marked("hold made longer"),
    "case.released": marked("given back"),
    "case.taken_over": marked("taken over"),
    "case.skipped": marked("skipped"),
    "case.snoozed": marked("snoozed"),
    "case.woken": marked("woken"),
    "case.escalated": marked("escalated"),
    "case.returned": marked("returned to all"),
    "case.reopened": marked("reopened"),
    "case.recalled": marked("back for a second look"),
    "case.changed": marked("the case changed: more posts or a worse flag"),
    "decision.made": marked("decided"),
    "decision.retracted": marked("decision taken back"),
    "text.revealed": marked("personal data shown"),
}
"""Of audit events, by kind; another is shown as it is."""

REFUSALS = {
    Refusal.NOT_ALLOWED: marked("That can't be done with this case now, or not by you."),
    Refusal.ALREADY_IN_STATE: marked("The case is there already: somebody was faster."),
    Refusal.LEASE_LOST: marked("Your hold on this case has ended. Nothing was saved; your text is below."),
    Refusal.STALE_VERSION: marked("The case has changed since it was shown to you. Look again, then decide."),
    Refusal.HELD_BY_ANOTHER: marked("Somebody else works on this case."),
    Refusal.TOO_MANY_LEASES: marked("You hold three cases. Finish one, or give one back."),
    Refusal.NOTHING_LEFT: marked("No case waits for you just now."),
    Refusal.NEEDS_ANOTHER: marked("You have decided on this case already. Another person must."),
    Refusal.NOT_YOURS: marked("That decision is not yours to take back."),
    Refusal.TOO_LATE: marked("It is too late to undo that: 15 minutes are over, or others have gone on."),
    Refusal.NEEDS_VERDICT: marked("Choose a verdict."),
    Refusal.NEEDS_CATEGORY: marked("A violation needs a category."),
    Refusal.NEEDS_SEVERITY: marked("A violation needs a severity."),
    Refusal.NEEDS_REASON: marked("Choose a reason."),
    Refusal.UNKNOWN_REASON: marked("That reason does not go with this verdict."),
    Refusal.NEEDS_NOTE: marked("Write a note: say in a sentence why."),
    Refusal.NOTE_TOO_LONG: marked("The note is too long: 4,000 characters at most."),
    Refusal.NEEDS_TIME: marked("Choose a time to come, ninety days ahead at most."),
    Refusal.TOO_MANY_CASES: marked("Those are too many at once: 200 cases at most."),
    Refusal.TOO_SEVERE: marked("Cases of severity 3 and above are decided one by one."),
    Refusal.TOO_MANY_REVEALS: marked("You have used up today's reveals. A lead can look for you."),
}
"""Why something was refused, and the way out."""
