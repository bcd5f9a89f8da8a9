// Handlers of timers, of waits and of posted work, for objects on an event loop.
#pragma once

#include <boost/system/error_code.hpp>
#include <utility>

#include "runtime/io/weak_ptr.h"

namespace triad::grpc_client {

// Calls `method` of the object, unless the object is gone or the wait that this is
// the handler of was cancelled.
template <typename T>
auto IfAlive(WeakPtr<T> weak, void (T::*method)()) {
  return [weak = std::move(weak), method](boost::system::error_code error = {}) {
    T* self = weak.get();
    if (self != nullptr && !error) (self->*method)();
  };
}

}  // namespace triad::grpc_client
