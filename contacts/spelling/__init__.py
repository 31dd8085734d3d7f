"""How names are written: those of people (names), of makes and of models of vehicles."""
