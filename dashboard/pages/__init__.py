"""The screens. Each page takes a picture from the board and draws it; none of them asks the store anything."""
