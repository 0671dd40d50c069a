import { Component, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { hasEnded, useReloadOnUpdates, useRunUpdates } from "./run_updates";

/** The progress of the sync that the form shows. The bar moves with each message of
 * the server; the rest of the form is read anew behind it. */
export class RunProgress extends Component {
    static template = "intacct_connector.RunProgress";
    static props = { ...standardFieldProps };

    setup() {
        this.live = useState({ percent: this.percentOf(this.props.record) });
        const isShown = (update) => update.id === this.props.record.resId;
        useRunUpdates((update) => {
            if (isShown(update)) {
                this.advance(update.progress);
            }
        });
        useReloadOnUpdates(isShown, () => this.props.record.load());
        onWillUpdateProps(({ record }) => {
            if (record.resId !== this.props.record.resId) {
                this.live.percent = this.percentOf(record);
            } else {
                this.advance(this.percentOf(record));
            }
        });
    }

    percentOf(record) {
        return record.data[this.props.name] || 0;
    }

    /** A step may learn late how much it has to read; the bar never goes back. */
    advance(percent) {
        this.live.percent = Math.max(this.live.percent, percent);
    }

    get isUnderWay() {
        return !hasEnded(this.props.record.data);
    }

    get label() {
        return _t("%s % done", this.live.percent);
    }
}

registry.category("fields").add("intacct_run_progress", {
    component: RunProgress,
    displayName: _t("Progress of a Sage Intacct Sync"),
    supportedTypes: ["integer"],
    fieldDependencies: [{ name: "state", type: "selection" }],
});
