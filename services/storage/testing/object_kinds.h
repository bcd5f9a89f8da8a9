// Rows of WriteKinds() that write objects. Names are those of StoreState: "bucket/name".
#pragma once

#include <string>
#include <vector>

#include "services/storage/testing/store_state.h"
#include "services/storage/testing/write_kinds.h"

namespace triad::storage {

WriteKind Put(const std::string& key, const std::string& content);
WriteKind PutIfAbsent(const std::string& key, const std::string& content);
// Of a client who goes away.
WriteKind Abandon(const std::string& key);
WriteKind Copy(const std::string& from, const std::string& to);
WriteKind Move(const std::string& from, const std::string& to);
WriteKind Update(const std::string& key, const std::string& owner);
WriteKind Compose(const std::vector<std::string>& sources, const std::string& key);
WriteKind Append(const std::string& key, const std::string& bytes);
WriteKind Delete(const std::string& key);
WriteKind BatchDelete(const std::vector<std::string>& keys);
WriteKind Undelete(const std::string& key);
// Removes the oldest of several versions for good.
WriteKind RemoveVersion(const std::string& key);

ObjectName NameOf(const std::string& key);
// What a put makes of a state.
void PutState(StoreState& state, const std::string& key, SeenVersion version);

}  // namespace triad::storage
