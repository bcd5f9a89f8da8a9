# suite.json, the list of the suite. Afterwards TRIAD_SERVICES names what has a gRPC
# service, TRIAD_SERVERS every binary (triad-NAME), and TRIAD_SUITE_ROWS holds the
# servers as rows of runtime/process/suite.cc.in.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/suite.json)
file(READ ${CMAKE_SOURCE_DIR}/suite.json suite)
string(JSON count LENGTH "${suite}")
math(EXPR last "${count} - 1")
foreach(i RANGE ${last})
  foreach(field name service port admin_port data)
    string(JSON ${field} ERROR_VARIABLE absent GET "${suite}" ${i} ${field})
    if(absent)
      set(${field} "")
    endif()
  endforeach()
  if(NOT admin_port)
    continue() # the frontend: nginx, not a binary of ours
  endif()
  list(APPEND TRIAD_SERVERS ${name})
  if(service)
    list(APPEND TRIAD_SERVICES ${name})
  endif()
  # string(JSON) says ON and OFF.
  string(REPLACE ON true data ${data})
  string(REPLACE OFF false data ${data})
  string(APPEND TRIAD_SUITE_ROWS
    "    {\"${name}\", \"${service}\", ${port}, ${admin_port}, ${data}},\n")
endforeach()
