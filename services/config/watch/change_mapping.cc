#include "services/config/watch/change_mapping.h"

#include <string>

#include "services/config/entries/entry_mapping.h"
#include "services/config/model/entry_name.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {
namespace {

void Fill(const EntryEvent& event, v1::EntryEvent& proto) {
  if (event.previous != nullptr) *proto.mutable_previous() = ToProto(*event.previous);
  if (event.type == EntryEvent::Type::kDelete) {
    proto.set_type(v1::EntryEvent::TYPE_DELETE);
    proto.mutable_entry()->set_name(FormatEntryName(event.entry.name));
    proto.mutable_entry()->set_version(event.entry.version);
    proto.mutable_entry()->set_revision(event.entry.revision.value);
    return;
  }
  proto.set_type(v1::EntryEvent::TYPE_PUT);
  *proto.mutable_entry() = ToProto(event.entry);
}

v1::WatchEntriesResponse Beginning(const Change& change, Epoch epoch) {
  v1::WatchEntriesResponse beginning;
  beginning.set_revision(change.revision.value);
  bool more = change.part == Change::Part::kSnapshot || change.part == Change::Part::kUnfinished;
  if (!more) beginning.set_resume(FormatResume(epoch, change.revision));
  if (change.part == Change::Part::kRevisionEnd) beginning.mutable_revision_end();
  if (change.part == Change::Part::kSnapshotEnd) {
    beginning.mutable_snapshot_end()->set_entries(change.snapshot_entries);
  }
  return beginning;
}

}  // namespace

// Serialized messages that are put one after the other are one message, with the
// fields of all of them.
EncodeChange EncoderOf(Epoch epoch) {
  return [epoch](const Change& change) {
    EncodedChange encoded;
    encoded.revision = change.revision;
    encoded.first_event = change.first_event;
    encoded.unfinished = change.part == Change::Part::kUnfinished;
    Beginning(change, epoch).AppendToString(&encoded.bytes);
    encoded.begin = encoded.bytes.size();
    for (const EntryEvent& event : change.events) {
      v1::WatchEntriesResponse one;
      Fill(event, *one.add_events());
      encoded.bytes.reserve(encoded.bytes.size() + one.ByteSizeLong());
      one.AppendToString(&encoded.bytes);
      const EntryName& name = event.entry.name;
      encoded.events.push_back(
          {name.space, name.key, encoded.bytes.size(), event.entry.labels, event.labels_before});
    }
    return encoded;
  };
}

}  // namespace triad::config
