"""Passwords that are tried first, in the languages of our readers; only those that are long enough to be tried."""

from __future__ import annotations

from typing import Final

# As a whole: runs of keys and figures.
COMMON: Final = frozenset(
    """
    0123456789 1234567890 12345678910 123456789a 123456789q 0987654321 9876543210 1234567891 1122334455 1234554321
    1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc qwertyuiop qwertyuiop1 qwertzuiop qwertzuiop1 qwertzuiopü azertyuiop
    azertyuiop1 asdfghjkl1 asdfghjklö qsdfghjklm yxcvbnm123 zxcvbnm123 abcdefghij abcdefghijk abcd123456 abc1234567
    a123456789
    a1b2c3d4e5 q1w2e3r4t5 123qweasdzxc 123qweasdyxc qazwsxedcr qayxswedcv
    """.split()
)
# Before any figures and signs: words. "Passwort2024!" begins like a million others.
BEGINNINGS: Final = frozenset(
    """
    password passw0rd p@ssword p@ssw0rd passwort passwort1 kennwort motdepasse motdepass mdp secret geheim geheimnis
    administrator admin adminadmin root user guest gast welcome willkommen bienvenue hello hallo bonjour bonsoir salut
    letmein iloveyou ichliebedich jetaime liebling schatz schatzi cheri doudou soleil sonnenschein sunshine princess
    prinzessin princesse superman batman spiderman pokemon football fussball fußball baseball basketball monkey dragon
    master starwars trustno qwerty qwertz azerty asdfgh yxcvbn zxcvbn abcdef abcdefg abcdefgh abc qwe asd
    sommer winter herbst fruehling frühling summer autumn spring ete été hiver automne printemps
    montag dienstag mittwoch donnerstag freitag samstag sonntag monday friday lundi vendredi dimanche
    januar februar april juni juli august september oktober november dezember january february october december
    schweiz suisse switzerland deutschland germany france zürich zuerich zurich hamburg berlin lausanne geneve genève
    michael andreas thomas daniel stefan martin christian alexander sebastian nicolas julien camille sandra nicole
    hund katze computer internet samsung google facebook instagram changeme changemenow test testtest testing demo
    quartier portal mieter mieterportal wohnung zuhause daheim locataire locataires appartement maison
    bayern bayernmunich arsenal liverpool chelsea barcelona realmadrid juventus ferrari porsche mercedes
    iloveyou2 loveyou lovely loveme mylove freedom whatever nothing blink charlie jordan jessica ashley michelle
    """.split()
)
