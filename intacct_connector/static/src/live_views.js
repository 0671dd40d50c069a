import { registry } from "@web/core/registry";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { listView } from "@web/views/list/list_view";

import { useReloadOnUpdates } from "./run_updates";

/** Views of connections and syncs that follow what the job is doing. */
function live(view) {
    return {
        ...view,
        Controller: class extends view.Controller {
            setup() {
                super.setup();
                useReloadOnUpdates(
                    () => true,
                    () => this.model.load()
                );
            }
        },
    };
}

registry.category("views").add("intacct_live_kanban", live(kanbanView));
registry.category("views").add("intacct_live_list", live(listView));
