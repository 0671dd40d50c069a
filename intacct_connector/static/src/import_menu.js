import { Component } from "@odoo/owl";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { STATIC_ACTIONS_GROUP_NUMBER } from "@web/search/action_menus/action_menus";

const GROUP = "intacct_connector.group_intacct_user";

/** The import that fits what a page lists, or undefined. */
function importAction({ resModel, context }) {
    if (resModel === "account.move" && context.default_move_type === "out_invoice") {
        return "intacct_connector.intacct_import_action_invoices";
    }
    if (resModel === "res.partner" && context.res_partner_search_mode === "customer") {
        return "intacct_connector.intacct_import_action_customers";
    }
}

/** "Import from Sage Intacct" in the action menu of invoices and customers. */
export class IntacctImportMenu extends Component {
    static template = "intacct_connector.ImportMenu";
    static components = { DropdownItem };
    static props = {};

    setup() {
        this.action = useService("action");
    }

    open() {
        this.action.doAction(importAction(this.env.searchModel));
    }
}

registry.category("cogMenu").add("intacct-import-menu", {
    Component: IntacctImportMenu,
    groupNumber: STATIC_ACTIONS_GROUP_NUMBER,
    isDisplayed: async ({ config, searchModel }) =>
        config.actionType === "ir.actions.act_window" &&
        ["kanban", "list"].includes(config.viewType) &&
        Boolean(importAction(searchModel)) &&
        (await user.hasGroup(GROUP)),
});
