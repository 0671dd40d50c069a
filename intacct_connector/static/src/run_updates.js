import { onMounted, onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

const CHANNEL = "intacct_runs";
const MESSAGE = "intacct_run";
// A long import tells of a chunk every few seconds, a short sync of several at once.
const RELOAD_MILLISECONDS = 300;

/** Whether an update is the last one of its sync. */
export const hasEnded = ({ state }) => ["done", "errors", "failed"].includes(state);

/** Hands what the server tells about running syncs to the pages that show them. */
export const runUpdatesService = {
    dependencies: ["bus_service"],
    start(env, { bus_service }) {
        const watchers = new Set();
        bus_service.subscribe(MESSAGE, (update) => {
            for (const watcher of watchers) {
                watcher(update);
            }
        });
        return {
            /**
             * @param {function} watcher gets {id, backend_id, state, progress}
             * @returns {function} that ends it
             */
            watch(watcher) {
                watchers.add(watcher);
                if (watchers.size === 1) {
                    bus_service.addChannel(CHANNEL);
                }
                return () => {
                    watchers.delete(watcher);
                    if (!watchers.size) {
                        bus_service.deleteChannel(CHANNEL);
                    }
                };
            },
        };
    },
};

registry.category("services").add("intacct_run_updates", runUpdatesService);

/**
 * Calls back with each update while the component is mounted.
 *
 * @param {function} callback
 */
export function useRunUpdates(callback) {
    const updates = useService("intacct_run_updates");
    let stop;
    onMounted(() => {
        stop = updates.watch(callback);
    });
    onWillUnmount(() => stop());
}

/**
 * Reads anew what a page shows, once for updates that come together.
 *
 * @param {function} isShown whether an update concerns the page
 * @param {function} reload
 */
export function useReloadOnUpdates(isShown, reload) {
    const reloadSoon = useDebounced(reload, RELOAD_MILLISECONDS, {
        execBeforeUnmount: false,
    });
    useRunUpdates((update) => {
        if (isShown(update)) {
            reloadSoon();
        }
    });
}
