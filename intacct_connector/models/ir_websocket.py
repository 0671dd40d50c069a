from odoo import api, models

from .intacct_sync_run_live import LIVE_CHANNEL, run_channel


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """A page that shows syncs asks for one channel by name and gets those of the
        connections that its user may read."""
        if LIVE_CHANNEL in channels:
            channels = [channel for channel in channels if channel != LIVE_CHANNEL]
            channels += self._intacct_run_channels()
        return super()._build_bus_channel_list(channels)

    @api.model
    def _intacct_run_channels(self):
        backends = self.env["intacct.backend"]
        if not backends.has_access("read"):
            return []
        return [run_channel(backend) for backend in backends.search([])]
