#include "runtime/messages/message_tables.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/hash/hash.h"

namespace triad::messages {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;

MessageTables::~MessageTables() {
  for (Bucket& bucket : buckets_) {
    for (Node* node = bucket.load(); node != nullptr;) {
      std::unique_ptr<Node> last(std::exchange(node, node->next));
    }
  }
}

const MessageTable& MessageTables::Of(const Descriptor& type) const {
  const MessageTable* table = Find(type);
  return table != nullptr ? *table : Compile(type);
}

MessageTables::Bucket& MessageTables::BucketOf(const Descriptor& type) const {
  return buckets_[absl::Hash<const Descriptor*>()(&type) % kBuckets];
}

const MessageTable* MessageTables::Find(const Descriptor& type) const {
  const Node* node = BucketOf(type).load(std::memory_order_acquire);
  while (node != nullptr && node->type != &type) node = node->next;
  return node == nullptr ? nullptr : node->table.get();
}

const MessageTable& MessageTables::Compile(const Descriptor& type) const {
  MutexLock lock(mutex_);
  if (const MessageTable* table = Find(type)) return *table;
  std::vector<std::unique_ptr<Node>> nodes = Closure(type);
  const MessageTable& table = *nodes.front()->table;
  // Only now, when all that they refer to is complete, may other threads see them.
  for (std::unique_ptr<Node>& node : nodes) {
    Bucket& bucket = BucketOf(*node->type);
    node->next = bucket.load(std::memory_order_relaxed);
    bucket.store(node.release(), std::memory_order_release);
  }
  return table;
}

std::vector<std::unique_ptr<MessageTables::Node>> MessageTables::Closure(
    const Descriptor& type) const {
  std::vector<std::unique_ptr<Node>> nodes;
  absl::flat_hash_map<const Descriptor*, const MessageTable*> fresh;
  auto table_of = [&](const Descriptor& wanted) {
    if (const MessageTable* table = Find(wanted)) return table;
    auto [place, is_new] = fresh.try_emplace(&wanted, nullptr);
    if (is_new) {
      nodes.push_back(
          std::make_unique<Node>(Node{&wanted, std::make_unique<MessageTable>(wanted), nullptr}));
      place->second = nodes.back()->table.get();
    }
    return place->second;
  };
  table_of(type);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (FieldEntry& field : nodes[i]->table->fields_) {
      const auto* message = field.descriptor->message_type();
      const auto* enumeration = field.descriptor->enum_type();
      if (message != nullptr) field.message = table_of(*message);
      if (enumeration != nullptr) field.enumeration = &EnumOf(*enumeration);
    }
  }
  return nodes;
}

const EnumTable& MessageTables::EnumOf(const EnumDescriptor& type) const {
  std::unique_ptr<EnumTable>& table = enums_[&type];
  if (table == nullptr) table = std::make_unique<EnumTable>(type);
  return *table;
}

}  // namespace triad::messages
