import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const MESSAGE = "intacct_import_ended";
const TYPES = { done: "success", errors: "warning", failed: "danger" };

/** Tells whoever started an import, wherever they are in Odoo, that it has ended. */
export const importEndedService = {
    dependencies: ["action", "bus_service", "notification", "orm"],
    start(env, { action, bus_service, notification, orm }) {
        const open = async (id, method) => {
            await action.doAction(await orm.call("intacct.sync.run", method, [[id]]));
        };
        bus_service.subscribe(MESSAGE, ({ id, title, message, state, created }) => {
            const buttons = [
                { name: _t("Open"), onClick: () => open(id, "action_open_form") },
            ];
            if (created) {
                buttons.unshift({
                    name: _t("View Records"),
                    onClick: () => open(id, "action_open_created"),
                    primary: true,
                });
            }
            notification.add(message, {
                title,
                type: TYPES[state],
                sticky: true,
                buttons,
            });
        });
        bus_service.start();
    },
};

registry.category("services").add("intacct_import_ended", importEndedService);
