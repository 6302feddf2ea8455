// A message of ours on its way: shown at once, honest about where it is, with a way to call a file off.

import { connect, disconnect, sessionOf } from "../../core";

Component({
  properties: { sid: String, d: Object },
  data: { words: {} },

  lifetimes: {
    attached() {
      connect(this, () => {
        const { texts } = sessionOf(this.data.sid);
        return { words: { cancel: texts.files("cancel"), remove: texts.first("remove") } };
      });
    },
    detached() {
      disconnect(this);
    },
  },

  methods: {
    onDrop() {
      sessionOf(this.data.sid).visitor.thread.discard((this.data.d as { key: string }).key);
    },
    onRetry() {
      const { visitor, uploads } = sessionOf(this.data.sid);
      const { key } = this.data.d as { key: string };
      const content = visitor.thread.drafts.value.find((draft) => draft.client_msg_id === key)?.content;
      if (content && "attachment_id" in content) {
        uploads.again(content.attachment_id);
        visitor.thread.retry(key);
      } else visitor.retry(key);
    },
  },
});
