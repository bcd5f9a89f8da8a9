// The tables of a descriptor pool.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "runtime/base/mutex.h"
#include "runtime/messages/message_table.h"

namespace triad::messages {

// Compiles a type when it is first asked for, together with all that it is made of. Thread-safe;
// what is compiled already is found without a lock. The descriptors must outlive it.
class MessageTables {
 public:
  MessageTables() = default;
  ~MessageTables();
  MessageTables(const MessageTables&) = delete;
  MessageTables& operator=(const MessageTables&) = delete;

  // The same table for each call with the same type, for as long as this is there.
  const MessageTable& Of(const google::protobuf::Descriptor& type) const;

 private:
  // Of a list that only grows, at its front.
  struct Node {
    const google::protobuf::Descriptor* type;
    std::unique_ptr<MessageTable> table;
    Node* next;
  };
  using Bucket = std::atomic<Node*>;
  static constexpr std::size_t kBuckets = 256;

  Bucket& BucketOf(const google::protobuf::Descriptor& type) const;
  const MessageTable* Find(const google::protobuf::Descriptor& type) const;
  const MessageTable& Compile(const google::protobuf::Descriptor& type) const;
  // Nodes of `type` and of what it is made of, as far as they are not compiled yet.
  std::vector<std::unique_ptr<Node>> Closure(const google::protobuf::Descriptor& type) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  const EnumTable& EnumOf(const google::protobuf::EnumDescriptor& type) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable std::array<Bucket, kBuckets> buckets_ = {};
  mutable Mutex mutex_;
  mutable absl::flat_hash_map<const google::protobuf::EnumDescriptor*, std::unique_ptr<EnumTable>>
      enums_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::messages
