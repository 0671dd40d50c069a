from dataclasses import dataclass, field

from odoo.tools.mail import single_email_re

from .problems import UNREADABLE, is_unreadable

CONTACTS = ("DISPLAYCONTACT", "BILLTO", "SHIPTO")
CONTACT_FIELDS = (
    "CONTACTNAME",
    "COMPANYNAME",
    "FIRSTNAME",
    "LASTNAME",
    "PRINTAS",
    "PHONE1",
    "EMAIL1",
    "URL1",
    "MAILADDRESS.ADDRESS1",
    "MAILADDRESS.ADDRESS2",
    "MAILADDRESS.CITY",
    "MAILADDRESS.STATE",
    "MAILADDRESS.ZIP",
    "MAILADDRESS.COUNTRY",
    "MAILADDRESS.COUNTRYCODE",
)
# Contacts that become a partner of their own below the customer.
CHILD_TYPES = {"BILLTO": "invoice", "SHIPTO": "delivery"}


def is_email(text):
    """Whether a text is an address that mail can be sent to, or several of them
    between commas.

    :rtype: bool
    """
    return all(single_email_re.match(part.strip()) for part in text.split(","))


@dataclass
class Prepared:
    """A customer as Odoo values.

    ``children`` holds the values of bill-to and ship-to by Intacct contact name;
    ``notes`` says which values were changed or left out on the way.
    """

    values: dict
    children: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)


class CustomerValues:
    """Translates rows of CUSTOMER into values of res.partner.

    One object serves a whole chunk, so that countries, states and terms are looked
    up once.
    """

    def __init__(self, ctx):
        self.env = ctx.env
        self.backend = ctx.backend
        caches = ctx.caches
        if "countries" not in caches:
            countries = self.env["res.country"].with_context(lang="en_US").search([])
            caches["countries"] = {
                key.casefold(): country.id
                for country in countries
                for key in (country.code, country.name)
                if key
            }
            caches["states"] = {}
            for state in self.env["res.country.state"].search([]):
                for key in (state.code, state.name):
                    caches["states"][state.country_id.id, key.casefold()] = state.id
            caches["terms"] = self._terms()
        self._caches = caches

    def _terms(self):
        """Odoo payment terms by the name of Intacct's: mapped ones, then those of
        the same name."""
        company = self.backend.company_id
        terms = self.env["account.payment.term"]
        by_name = {
            term.name: term
            for term in terms.with_context(lang="en_US").search(
                terms._check_company_domain(company)
            )
        }
        mapped = self.env["intacct.mapping"]._odoo_by_code(self.backend, "term")
        return by_name | mapped

    def prepare(self, row):
        """:param dict row: a row of CUSTOMER
        :rtype: Prepared
        """
        notes = []
        if is_unreadable(row):
            notes.append(
                self.env._(
                    "%(customer)s: Intacct sent control characters. They were left out "
                    "of the name and are shown as %(mark)s elsewhere. Correct it in "
                    "Intacct.",
                    customer=row.get("CUSTOMERID"),
                    mark=UNREADABLE,
                )
            )
        contact = self._contact(row, "DISPLAYCONTACT", notes)
        name = (row.get("NAME") or row.get("CUSTOMERID") or "").replace(UNREADABLE, "")
        term = self._caches["terms"].get(row.get("TERMNAME"))
        values = {
            **contact,
            "name": name,
            "ref": row.get("CUSTOMERID"),
            "is_company": True,
            "vat": self._tax_id(row, contact["country_id"], notes),
            "property_payment_term_id": term.id if term else False,
            "intacct_tax_id": row.get("TAXID"),
            "intacct_term": row.get("TERMNAME"),
            "intacct_currency": row.get("CURRENCY"),
            "intacct_parent_code": row.get("PARENTID"),
        }
        children = {}
        main = row.get("DISPLAYCONTACT.CONTACTNAME")
        for prefix, child_type in CHILD_TYPES.items():
            contact_name = row.get(f"{prefix}.CONTACTNAME")
            if contact_name and contact_name not in (main, *children):
                children[contact_name] = {
                    **self._contact(row, prefix, notes),
                    "name": self._person(row, prefix) or contact_name,
                    "type": child_type,
                    "intacct_contact": contact_name,
                }
        prepared = Prepared(values, children, notes)
        if children:
            values["child_ids"] = [(0, 0, child) for child in children.values()]
        return prepared

    def write_changes(self, partner, before, after):
        """Writes what Intacct changed between two readings, unless Odoo's value is
        neither of the two: then a person changed it.

        :param Prepared before: as last seen
        :param Prepared after: as of now
        :return: labels of the fields that both sides changed
        :rtype: list[str]
        """
        conflicts = self._write_changed(partner, before.values, after.values)
        for name, values in after.children.items():
            child = partner.child_ids.filtered(
                lambda child, name=name: child.intacct_contact == name
            )[:1]
            if not child:
                partner.write({"child_ids": [(0, 0, values)]})
                continue
            conflicts += self._write_changed(
                child, before.children.get(name, {}), values
            )
        return conflicts

    def _write_changed(self, partner, before, after):
        partner = partner.with_company(self.backend.company_id)
        changes, conflicts = {}, []
        for name, value in after.items():
            if name == "child_ids" or value == before.get(name):
                continue
            current = partner._fields[name].convert_to_write(partner[name], partner)
            if (current or False) == (value or False):
                continue
            if (current or False) == (before.get(name) or False):
                changes[name] = value
            else:
                conflicts.append(partner._fields[name]._description_string(self.env))
        if changes:
            partner.with_context(no_vat_validation=True).write(changes)
        return conflicts

    # ------------------------------------------------------------------
    # Parts
    # ------------------------------------------------------------------
    def _contact(self, row, prefix, notes):
        def get(name):
            return row.get(f"{prefix}.{name}") or False

        country_id = self._country(row, prefix)
        state = get("MAILADDRESS.STATE")
        state_id = self._caches["states"].get((country_id, (state or "").casefold()))
        city = get("MAILADDRESS.CITY")
        if state and not state_id:
            # Odoo only knows the states of its list: keep the text with the city.
            city = ", ".join(part for part in (city, state) if part)
        email = get("EMAIL1")
        if email and not is_email(email):
            notes.append(
                self.env._(
                    "%(customer)s: “%(email)s” is no e-mail address and was left out. "
                    "Correct it in Intacct.",
                    customer=row.get("CUSTOMERID"),
                    email=email,
                )
            )
            email = False
        return {
            "street": get("MAILADDRESS.ADDRESS1"),
            "street2": get("MAILADDRESS.ADDRESS2"),
            "city": city,
            "zip": get("MAILADDRESS.ZIP"),
            "state_id": state_id or False,
            "country_id": country_id,
            "email": email,
            "phone": get("PHONE1"),
            "website": get("URL1"),
        }

    def _country(self, row, prefix):
        countries = self._caches["countries"]
        for name in ("COUNTRYCODE", "COUNTRY"):
            key = (row.get(f"{prefix}.MAILADDRESS.{name}") or "").casefold()
            if key in countries:
                return countries[key]
        return False

    def _person(self, row, prefix):
        first, last = (
            row.get(f"{prefix}.{name}") for name in ("FIRSTNAME", "LASTNAME")
        )
        return " ".join(part for part in (first, last) if part) or row.get(
            f"{prefix}.PRINTAS"
        )

    def _tax_id(self, row, country_id, notes):
        """The tax ID if Odoo accepts it; an invalid one never stops the import."""
        tax_id = row.get("TAXID")
        if not tax_id:
            return False
        country = self.env["res.country"].browse(country_id or False)
        valid, _code = self.env["res.partner"]._run_vat_checks(
            country, tax_id, partner_name=row.get("NAME"), validation="setnull"
        )
        if not valid:
            notes.append(
                self.env._(
                    "%(customer)s: the tax ID “%(tax_id)s” is not valid and is kept "
                    "as information only.",
                    customer=row.get("CUSTOMERID"),
                    tax_id=tax_id,
                )
            )
        return valid or False
