# ingot_module(NAME SOURCES ... [USES modules...] [PRIVATE libraries...])
# One static library per folder of lib/. USES lists the modules whose headers it may include
# (tests/arrows_test.cpp compares lib/README.md's table with the #include lines).
# Third-party headers reach only .cpp files, so their libraries are always PRIVATE.
function(ingot_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;PRIVATE" ${ARGN})
  list(TRANSFORM ARG_USES PREPEND "ingot_mod_")
  add_library(ingot_mod_${name} STATIC ${ARG_SOURCES})
  target_include_directories(ingot_mod_${name} PUBLIC "${CMAKE_SOURCE_DIR}/lib")
  target_link_libraries(ingot_mod_${name}
    PUBLIC ${ARG_USES} Threads::Threads
    PRIVATE ingot_options ingot_warnings ingot_fmt ${ARG_PRIVATE})
  ingot_precompiled(ingot_mod_${name} ingot_lib_headers)
endfunction()
