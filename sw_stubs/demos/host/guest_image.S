// The guest's image, inside the host's.  GUEST_IMAGE is its file.
        .section .rodata.guest, "a"
        .balign 8
        .global guest_image, guest_image_end
guest_image:
        .incbin GUEST_IMAGE
        .balign 8
guest_image_end:
