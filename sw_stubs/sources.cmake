# The freestanding sources: built natively as smmuv3::sw, and for AArch64 as part of the firmware.
set(smmu_sw_sources
    driver/command_queue.cpp
    driver/event_queue.cpp
    driver/event_text.cpp
    driver/leaf.cpp
    driver/page_table.cpp
    driver/probe.cpp
    driver/smmu.cpp
    driver/stream_table.cpp
    iort/acpi.cpp
    iort/map.cpp
    iort/nodes.cpp
    iort/problem.cpp
    iort/table.cpp
    vmm/iommu.cpp)
list(TRANSFORM smmu_sw_sources PREPEND ${PROJECT_SOURCE_DIR}/sw_stubs/)
