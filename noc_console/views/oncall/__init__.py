"""The page of rotas, policies and the simulator."""
