import { registry } from "@web/core/registry";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { listView } from "@web/views/list/list_view";

import { hasEnded, useReloadOnUpdates } from "./run_updates";

/** A view that follows what the job is doing, but takes nobody's selection away.
 *
 * @param {object} view the view it extends
 * @param {function} isShown which updates concern it
 */
function live(view, isShown) {
    return {
        ...view,
        Controller: class extends view.Controller {
            setup() {
                super.setup();
                useReloadOnUpdates(isShown, async () => {
                    if (!this.model.root.selection?.length) {
                        await this.model.load();
                    }
                });
            }
        },
    };
}

const always = () => true;
const views = registry.category("views");
// Connections and syncs move all the time, failures are read in peace.
views.add("intacct_live_kanban", live(kanbanView, always));
views.add("intacct_live_list", live(listView, always));
views.add("intacct_ended_kanban", live(kanbanView, hasEnded));
views.add("intacct_ended_list", live(listView, hasEnded));
