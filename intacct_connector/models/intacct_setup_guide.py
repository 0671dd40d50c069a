from markupsafe import Markup
from odoo import api, models


class IntacctSetupGuide(models.AbstractModel):
    """Where to click in Intacct: the one place that knows its menus.

    Sage moves menus between releases; the names are those of its documentation.
    The checklist, the checks and the messages take their texts from here.
    """

    _name = "intacct.setup.guide"
    _description = "Where to Click in Sage Intacct"

    # ------------------------------------------------------------------
    # Steps of the checklist
    # ------------------------------------------------------------------
    @api.model
    def _steps(self):
        """What a person does for each step of the checklist.

        :return: sentences by step
        :rtype: dict[str, list[str]]
        """
        return {
            "sender": [
                self.env._(
                    "The company needs the subscription Web Services: Company > Admin "
                    "> Subscriptions. Ask Sage if it is not there."
                ),
                self.env._(
                    "A sender ID names the software that calls. It comes with a Sage "
                    "Web Services license, or from a partner who has one."
                ),
                self.env._(
                    "Authorize it: Company > Company Info > Security > Web Services "
                    "authorizations > Add, with the sender ID exactly as shown here, "
                    "capitals included, and the status Active. “Needs login for API” "
                    "must be No."
                ),
            ],
            "user": [
                self.env._(
                    "Company > Admin > Users > Add: a user for this connection alone, "
                    "since a person's account stops working when the password changes."
                ),
                self.env._(
                    "User type Business, status Active, “Web services only” ticked, "
                    "e-mail of a shared mailbox of the accounting team: Intacct sends "
                    "the password there. “Password never expires” if your policy "
                    "allows it."
                ),
                self.env._(
                    "Give the user the entities that this connection is for, and the "
                    "rights that “Check Permissions and Configuration” names."
                ),
            ],
            "connect": [
                self.env._(
                    "The company ID stands under Company > Company Info > General "
                    "Information > ID. It is neither the name nor the ID of a console."
                ),
                self.env._(
                    "Enter the company ID below, and an "
                    "entity ID (Company > Setup > Entities) only if the connection is "
                    "for one entity. Then press Connect."
                ),
            ],
            "mapping": [
                self.env._(
                    "Choose on the tabs Mapping and To Intacct what is named here. "
                    "“Suggest Mapping” proposes the rest by code and by name."
                ),
            ],
            "preview": [
                self.env._(
                    "The preview reads both books and shows what a first sync would "
                    "create, link, update, skip and fail. Nothing else is written. "
                    "Read it, and accept it."
                ),
            ],
            "auto": [
                self.env._(
                    "Once the preview is accepted, Enable Auto-Sync keeps both sides "
                    "in step. Sync Now works without it."
                ),
            ],
        }

    @api.model
    def _step_html(self, step):
        """The sentences of a step as a list.

        :rtype: Markup
        """
        items = Markup().join(
            Markup("<li>%s</li>") % text for text in self._steps()[step]
        )
        return Markup("<ul class='mb-0 ps-3'>%s</ul>") % items

    # ------------------------------------------------------------------
    # Fields that are required before the preview
    # ------------------------------------------------------------------
    @api.model
    def _field_places(self):
        """Where to find what a field of the connection asks for.

        :rtype: dict[str, str]
        """
        return {
            "sender_code": self.env._(
                "comes with a Sage Web Services license, or from a partner"
            ),
            "item_reference_id": self.env._(
                "the income account or account label of most invoice lines; tab "
                "Mapping; in Intacct under Accounts Receivable > Setup > Account "
                "labels, or General Ledger > Accounts"
            ),
            "undeposited_reference_id": self.env._(
                "tab Mapping; in Intacct the account under General Ledger > Accounts "
                "that collects receipts until they are deposited. It must not be the "
                "account of a bank"
            ),
            "location_reference_id": self.env._(
                "tab Mapping; in Intacct under Company > Setup > Locations: at top "
                "level of a company with entities every line needs one"
            ),
            "payment_method": self.env._("tab To Intacct, group Payments"),
            "advance_reference_id": self.env._(
                "tab To Intacct, group Payments; the liability account for money that "
                "pays no invoice yet, under General Ledger > Accounts in Intacct"
            ),
            "tax": self.env._(
                "“Suggest Mapping”, or Configuration > Sage Intacct Mapping; in "
                "Intacct the liability account of the tax under General Ledger > "
                "Accounts, or its account label"
            ),
            "write_off": self.env._(
                "Configuration > Sage Intacct Mapping, a rule for the account: there "
                "is no default; in Intacct the account for discounts and small "
                "differences under General Ledger > Accounts, or its account label"
            ),
            "refund_reference_id": self.env._(
                "tab To Intacct, group Payments; an account that refunds of credits "
                "pass through, under General Ledger > Accounts in Intacct"
            ),
        }

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------
    @api.model
    def _modules(self):
        return {
            "ar": self.env._("Accounts Receivable"),
            "gl": self.env._("General Ledger"),
            "cm": self.env._("Cash Management"),
            "company": self.env._("Company"),
            "tax": self.env._("Taxes"),
            "projects": self.env._("Projects"),
            "inventory": self.env._("Inventory Control"),
            "platform": self.env._("Platform Services"),
        }

    @api.model
    def _policies(self):
        """What Intacct's permission pages call each object."""
        return {
            "CUSTOMER": self.env._("Customers"),
            "CONTACT": self.env._("Contacts"),
            "ARINVOICE": self.env._("Invoices"),
            "ARINVOICEITEM": self.env._("Invoices (their lines)"),
            "ARADJUSTMENT": self.env._("Adjustments"),
            "ARADJUSTMENTITEM": self.env._("Adjustments (their lines)"),
            "ARPYMT": self.env._("Receive Payments"),
            "ARPYMTDETAIL": self.env._("Receive Payments (what they paid)"),
            "ARPOSTEDOVERPAYMENT": self.env._("Receive Payments (over-payments)"),
            "ARADVANCE": self.env._("Advances"),
            "ARTERM": self.env._("AR Terms"),
            "ARACCOUNTLABEL": self.env._("AR Account Labels"),
            "GLACCOUNT": self.env._("Accounts"),
            "LOCATION": self.env._("Locations"),
            "LOCATIONENTITY": self.env._("Entities"),
            "DEPARTMENT": self.env._("Departments"),
            "CLASS": self.env._("Classes"),
            "PROJECT": self.env._("Projects"),
            "ITEM": self.env._("Items"),
            "CHECKINGACCOUNT": self.env._("Checking Accounts"),
            "DEPOSIT": self.env._("Deposits"),
            "TAXDETAIL": self.env._("Tax Details"),
            "AUDITHISTORY": self.env._("Custom Reports (audit history)"),
        }

    @api.model
    def _operations(self):
        return {
            "read": self.env._("List and View"),
            "add": self.env._("Add"),
            "edit": self.env._("Edit"),
            "post": self.env._("Post"),
            "reverse": self.env._("Reverse"),
            "delete": self.env._("Delete"),
        }

    @api.model
    def _right_path(self, user, module, policy, operation):
        """Where an administrator gives a right."""
        return self.env._(
            "Company > Admin > Users > %(user)s (or its role under Company > Admin > "
            "Roles) > Subscriptions > %(module)s > Permissions: tick %(right)s for "
            "%(policy)s.",
            user=user,
            module=self._modules()[module],
            right=self._operations()[operation],
            policy=policy,
        )

    # ------------------------------------------------------------------
    # Configuration
    # ------------------------------------------------------------------
    @api.model
    def _settings(self):
        """Title and path of each thing that the check looks at.

        :rtype: dict[str, tuple[str, str]]
        """
        ar_setup = self.env._("Accounts Receivable > Setup > Configure")
        return {
            "base_currency": (
                self.env._("Base currency"),
                self.env._("Company > Company Info > General Information."),
            ),
            "line_target": (
                self.env._("GL accounts or account labels on lines"),
                self.env._(
                    "%s > Enable account labels; in Odoo on the tab Mapping.", ar_setup
                ),
            ),
            "summaries": (
                self.env._("Automatic summaries"),
                self.env._(
                    "%s > Summaries: invoices, adjustments, payments and advances must "
                    "be Daily or Monthly, not “User specified”.",
                    ar_setup,
                ),
            ),
            "numbers": (
                self.env._("Number sequences"),
                self.env._(
                    "%s > Document sequencing; in Odoo “Document Numbers” on the tab "
                    "To Intacct must say the same.",
                    ar_setup,
                ),
            ),
            "approvals": (
                self.env._("Approvals"),
                self.env._(
                    "%s > Approvals: with approvals a document waits in Intacct until "
                    "somebody approves it.",
                    ar_setup,
                ),
            ),
            "dimensions": (
                self.env._("Required dimensions"),
                self.env._(
                    "General Ledger > Accounts > the account > Required dimensions; in "
                    "Odoo choose a default on the tab Mapping, or map what gives it."
                ),
            ),
            "closed": (
                self.env._("Closed dates"),
                self.env._(
                    "General Ledger > Books > Close or Open books; Accounts Receivable "
                    "> Setup > Close."
                ),
            ),
            "undeposited": (
                self.env._("Undeposited funds account"),
                self.env._(
                    "Choose an account on the tab Mapping that belongs to no bank "
                    "account: Intacct refuses others."
                ),
            ),
            "clock": (
                self.env._("Time zone of the user"),
                self.env._("Company > Admin > Users > the user > Preferences."),
            ),
        }
